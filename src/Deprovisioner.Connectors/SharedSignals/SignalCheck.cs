using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.SharedSignals;

/// <summary>Looks whether the receiver is there and lets us in, and shows the key that it has to know. Tells it of nobody.</summary>
internal sealed class SignalCheck(SignalReceiver receiver, SharedSignalsSettings settings)
{
    private readonly List<CheckFinding> findings = [];

    public async Task<SystemCheck> RunAsync(CancellationToken cancellationToken)
    {
        Find($"the receiver has to know this key: {settings.Signer.PublicKey}", true, null);
        return settings.Delivery is Delivery.Push ? await PushAsync(cancellationToken) : await PollAsync(cancellationToken);
    }

    private async Task<SystemCheck> PushAsync(CancellationToken cancellationToken)
    {
        Fault? refusal = null;
        var unheard = await SystemFaultException.OfAsync(async () => refusal = await receiver.RefusalAsync(cancellationToken));
        if (unheard is not null)
        {
            Find("reachable", false, unheard.Message);
            return new SystemCheck(unheard.Code == Fault.Untrusted, null, findings);
        }

        // Keys, issuer and audience are looked at once there is a token.
        Find("lets us in", refusal is { Outcome: Outcome.Rejected } or { Code: "set-invalid-key" or "set-invalid-issuer" or "set-invalid-audience" }, refusal?.Message ?? "It takes what is no token: url is no receiver of security events (RFC 8935).");
        return new SystemCheck(true, null, findings);
    }

    private async Task<SystemCheck> PollAsync(CancellationToken cancellationToken)
    {
        var waiting = 0;
        var fault = await SystemFaultException.OfAsync(async () => waiting = await receiver.WaitingAsync(cancellationToken));
        Find(fault is null ? string.Create(CultureInfo.InvariantCulture, $"stream of the console, {waiting} waiting") : "stream of the console", fault is null, fault?.Message);
        return new SystemCheck(fault?.Code is not (Fault.Unreachable or Fault.TimedOut), null, findings);
    }

    private void Find(string subject, bool ok, string? remedy) => findings.Add(new CheckFinding(subject, ok, ok ? null : remedy));
}
