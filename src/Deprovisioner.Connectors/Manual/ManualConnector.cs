using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Manual;

internal sealed class ManualConnector(string owner, TimeSpan within, bool verificationRequired) : ITaskConnector
{
    public AssignedTask Assign(StepCommand command, DateTimeOffset now)
    {
        var dueAt = (now + within).ToUniversalTime();
        var due = dueAt.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var what = string.IsNullOrWhiteSpace(command.Instruction) ? "" : $": {command.Instruction.Trim()}";
        var asked = command.Owner ?? owner;
        return new AssignedTask(new TaskAssignment(asked, dueAt, verificationRequired), $"{asked} has until {due} to do it{what}");
    }

    public Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<AccountRef>>([]);

    public Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken) => Task.FromResult<AccountState?>(null);

    public Task ActAsync(ActRequest request, CancellationToken cancellationToken)
        => throw new SystemFaultException(Fault.Unsupported(request.Action));

    public Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken)
        => cursor is null ? Task.FromResult(new AccountPage([], NextCursor: null)) : throw new SystemFaultException(Fault.BadCursor());

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken)
        => Task.FromResult(new SystemCheck(Reachable: true, Version: null, [new CheckFinding($"owner {owner}", Ok: true)]));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
