using Deprovisioner.Connectors.Conforming;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Conformance;

/// <summary>A step that has something to do: its account, its command, and the faults on its way.</summary>
internal sealed class ConformanceStep
{
    private readonly ConformanceTarget target;
    private readonly Faults faults;
    private readonly StepCommand command;

    private ConformanceStep(ConformanceTarget target, Faults faults, StepCommand command) => (this.target, this.faults, this.command) = (target, faults, command);

    public static async Task<ConformanceStep> Prepare(ConformanceTarget target, StepAction action, Faults? faults = null)
    {
        var account = await target.NewAccountAsync(action);
        var prepared = ConformanceHost.Command(target.Settings, action, account, target.Facts);
        if (action == StepAction.RestoreAccount)
        {
            prepared = prepared with { Snapshots = await CutAsync(target, account) };
        }

        return new ConformanceStep(target, faults ?? new Faults(), prepared);
    }

    public async Task<StepReport> Run(Func<SystemSettings, SystemSettings>? with = null, int attempt = 1, HostTimings? timings = null)
    {
        var settings = target.Settings with { Canary = target.Canary };
        await using var host = new ConformanceHost(new FaultyKind(target.Kind, faults), with is null ? settings : with(settings), timings ?? ConformanceHost.Patient);
        return await host.Run(command with { Attempt = attempt });
    }

    /// <summary>Does what a leaver saga does, and gives the snapshots in its order.</summary>
    private static async Task<IReadOnlyList<AccountSnapshot>> CutAsync(ConformanceTarget target, string account)
    {
        var snapshots = new List<AccountSnapshot>();
        await using var host = new ConformanceHost(target.Kind, target.Settings, ConformanceHost.Patient);
        foreach (var action in new[] { StepAction.DisableAccount, StepAction.RemoveEntitlements }.Where(target.Kind.Description.Actions.Contains))
        {
            snapshots.AddRange((await host.Run(target, action, account)).Snapshots);
        }

        return snapshots.Count > 0 ? snapshots : throw new InvalidOperationException("Nothing was cut, so there is nothing to restore.");
    }
}
