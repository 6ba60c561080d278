using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Manual;

internal sealed class ManualConnector(string owner, TimeSpan within, bool verificationRequired) : AccountlessConnector, ITaskConnector
{
    public AssignedTask Assign(StepCommand command, DateTimeOffset now)
    {
        var dueAt = (now + within).ToUniversalTime();
        var due = dueAt.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var what = string.IsNullOrWhiteSpace(command.Instruction) ? "" : $": {command.Instruction.Trim()}";
        var asked = command.Owner ?? owner;
        return new AssignedTask(new TaskAssignment(asked, dueAt, verificationRequired), $"{asked} has until {due} to do it{what}");
    }

    public override Task<SystemCheck> CheckAsync(CancellationToken cancellationToken)
        => Task.FromResult(new SystemCheck(Reachable: true, Version: null, [new CheckFinding($"owner {owner}", Ok: true)]));
}
