using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Polly.Timeout;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>A connector as one step, or one page of a list, uses it: through the system's pipeline, with answers in place of exceptions.</summary>
/// <param name="system">The system.</param>
/// <param name="connector">Its connector.</param>
/// <param name="step">Ends with the step's own time, or with the host.</param>
/// <param name="shutdown">Ends with the host only: then the step is handed back, and no answer is made up.</param>
internal sealed class SystemCalls(ConnectedSystem system, IConnector connector, CancellationToken step, CancellationToken shutdown)
{
    public Task<Answer<IReadOnlyList<AccountRef>>> FindAsync(string matchValue) => Call(token => connector.FindAsync(matchValue, token), acting: false);

    public Task<Answer<AccountState?>> ReadAsync(string accountId) => Call(token => connector.ReadAsync(accountId, token), acting: false);

    /// <summary>A deleted account that the system keeps; null where it keeps none.</summary>
    public Task<Answer<AccountState?>> ReadDeletedAsync(string accountId)
        => connector is IRecoveringConnector recovering ? Call(token => recovering.ReadDeletedAsync(accountId, token), acting: false) : Task.FromResult(new Answer<AccountState?>((AccountState?)null));

    public Task<Answer<AccountPage>> ListAsync(string? cursor) => Call(token => connector.ListAsync(cursor, token), acting: false);

    public Task<Answer<string>> TellAsync(ISignalConnector receiver, Signal signal) => Call(token => receiver.TellAsync(signal, token), acting: true);

    /// <summary>Reads until the goal shows, or patience ends. What the system refused is read once: there is nothing to wait for.</summary>
    public async Task<ReadBack> ReadBackAsync(string accountId, Fault? actFault, Func<AccountState?, bool> reached)
    {
        return actFault is null or { Outcome: Outcome.Indeterminate or Outcome.Accepted }
            ? await system.Pipelines.ReadBack.ExecuteAsync(async _ => await Read(), shutdown)
            : await Read();

        async Task<ReadBack> Read()
        {
            var answer = await ReadAsync(accountId);
            return new ReadBack(answer, answer.Fault is null && reached(answer.Value));
        }
    }

    public async Task<Fault?> ActAsync(ActRequest request)
        => (await Call(
            async token =>
            {
                await connector.ActAsync(request, token);
                return true;
            },
            acting: true)).Fault;

    private async Task<Answer<T>> Call<T>(Func<CancellationToken, Task<T>> call, bool acting)
    {
        try
        {
            return new Answer<T>(await system.Pipelines.Call.ExecuteAsync(async token => await Bounded(call, token), step));
        }
        catch (Exception error) when (!shutdown.IsCancellationRequested)
        {
            var fault = FaultGrading.Of(error, acting, system.Settings.Name, system.LastUnreachable);
            if (fault.Code == Fault.Unreachable)
            {
                system.LastUnreachable = fault.Message;
            }

            return new Answer<T>(fault);
        }
    }

    /// <summary>A connector that ignores its token (a library that cannot be cancelled) must not hold the step's place for ever.</summary>
    private async Task<T> Bounded<T>(Func<CancellationToken, Task<T>> call, CancellationToken token)
    {
        var running = call(token);
        var most = system.Settings.Limits.Timeout + TimeSpan.FromSeconds(2);
        try
        {
            return await running.WaitAsync(most, system.Clock, CancellationToken.None);
        }
        catch (TimeoutException late) when (!running.IsCompleted)
        {
            throw new TimeoutRejectedException("The connector did not end with its token.", most, late);
        }
    }
}
