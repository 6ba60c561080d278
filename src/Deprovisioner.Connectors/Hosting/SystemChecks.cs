using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>Whether systems are reached and their credentials suffice; for <c>systems check</c> and for probes. Changes nothing.</summary>
public sealed class SystemChecks
{
    private readonly ConnectedSystems systems;
    private readonly ISecrets secrets;

    internal SystemChecks(ConnectedSystems systems, ISecrets secrets) => (this.systems, this.secrets) = (systems, secrets);

    /// <summary>The systems of this host, in the order of the configuration.</summary>
    public IReadOnlyList<SystemName> Systems => [.. systems.All.Select(s => s.Settings.Name)];

    /// <summary>Looks at one system. Every trouble is a finding; none is an exception.</summary>
    /// <param name="record">Takes each exchange with a system that can show them, as text without secrets; null: nobody wants to see them.</param>
    /// <exception cref="ArgumentException">This host has no such system.</exception>
    public async Task<SystemCheck> CheckAsync(SystemName name, CancellationToken cancellationToken, Action<string>? record = null)
    {
        var system = systems.Find(name) ?? throw new ArgumentException($"This host has no system {name}.", nameof(name));
        try
        {
            await using var use = system.Borrow();
            var check = await system.Pipelines.Look.ExecuteAsync(async token => await LookAsync(use.Connector, system.Settings.Canary, record, token), cancellationToken);
            return Redacted(check.Reachable && system.Settings.Canary is { } canary
                ? check with { Findings = [.. check.Findings, await CanaryAsync(system, use.Connector, canary, cancellationToken)] }
                : check);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            var fault = FaultOf(error, system);
            var (reached, subject) = fault switch
            {
                { Code: Fault.Misconfigured or FaultGrading.SecretMissing } => (false, "settings"),
                { Outcome: Outcome.Unauthorized } => (true, "credential"),
                _ => (fault.Outcome is not (Outcome.Transient or Outcome.Indeterminate), "connection"),
            };
            return Redacted(new SystemCheck(reached, Version: null, [new CheckFinding(subject, Ok: false, fault.Message)]));
        }
    }

    private static Task<SystemCheck> LookAsync(IConnector connector, string? canary, Action<string>? record, CancellationToken cancellationToken)
        => connector is IRecordingConnector recording ? recording.CheckAsync(canary, record, cancellationToken) : connector.CheckAsync(cancellationToken);

    private static async Task<CheckFinding> CanaryAsync(ConnectedSystem system, IConnector connector, string canary, CancellationToken cancellationToken)
    {
        const string Subject = "canary";
        try
        {
            var found = await system.Pipelines.Look.ExecuteAsync(async token => await connector.FindAsync(canary, token), cancellationToken);
            return new CheckFinding(Subject, found.Count > 0, found.Count > 0 ? null : "The credential does not see the canary account: give it the right to, or name an account that exists.");
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // What else was found is still worth telling.
            return new CheckFinding(Subject, Ok: false, FaultOf(error, system).Message);
        }
    }

    private static Fault FaultOf(Exception error, ConnectedSystem system) => FaultGrading.Of(error, acting: false, system.Settings.Name, system.LastUnreachable);

    /// <summary>Findings quote servers, and servers may quote what they were sent.</summary>
    private SystemCheck Redacted(SystemCheck check) => check with
    {
        Version = check.Version is null ? null : Facets.Text(check.Version, secrets),
        Findings = [.. check.Findings.Select(f => f with { Subject = Facets.Text(f.Subject, secrets), Remedy = f.Remedy is null ? null : Facets.Text(f.Remedy, secrets) })],
    };
}
