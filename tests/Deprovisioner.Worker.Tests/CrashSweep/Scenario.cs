using Deprovisioner.Connectors.Manual;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Worker.Tests.CrashSweep;

/// <summary>What happens in a run, whatever goes wrong beside it.</summary>
/// <param name="Lines">What HR and operators do, in order.</param>
internal sealed record Scenario(string Name, string Yaml, IReadOnlyList<ScriptLine> Lines)
{
    /// <summary>Which of a system's actions fails in passing until a failure was recorded: a lost report of it says nothing to anybody.</summary>
    public (string System, StepAction Action)? FailsOnce { get; init; }

    /// <summary>Which of a system's actions it takes, and finishes once that was recorded.</summary>
    public (string System, StepAction Action)? FinishesLater { get; init; }

    public Configuration Configuration(IConnectorKind memory)
    {
        var reading = ConfigurationReader.Read(Yaml, [memory.Description, new ManualKind().Description]);
        Assert.Empty(reading.Faults);
        return reading.Configuration!;
    }

    public static SystemActions Actions(Configuration configuration, IConnectorKind memory) => new(configuration.Systems, [memory.Description, new ManualKind().Description]);
}

/// <summary>One thing that somebody does.</summary>
/// <param name="Once">SQL: true once it is time for it.</param>
internal sealed record ScriptLine(string Once, Func<Run, Task> Do);
