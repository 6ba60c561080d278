using Deprovisioner.Chaos.Workers;

namespace Deprovisioner.Chaos.Faults;

/// <summary>Clocks of single machines that are wrong for a while.</summary>
internal static class ClockFaults
{
    public static IReadOnlyList<Fault> Of(Installation product) =>
    [
        Jump("an orchestrator's clock two hours ahead", product.OrchestratorClock, TimeSpan.FromHours(2)),
        Jump("an orchestrator's clock two hours behind", product.OrchestratorClock, TimeSpan.FromHours(-2)),
        Jump("an orchestrator's clock half a minute ahead", product.OrchestratorClock, TimeSpan.FromSeconds(30)),
        Jump("a connectors host's clock two hours ahead", product.HostClock, TimeSpan.FromHours(2)),
        Jump("a connectors host's clock two hours behind", product.HostClock, TimeSpan.FromHours(-2)),
    ];

    private static Fault Jump(string name, SteppedClock clock, TimeSpan ahead) => Fault.Of(name, 2, 8, () => clock.Set(ahead), () => clock.Set(TimeSpan.Zero));
}
