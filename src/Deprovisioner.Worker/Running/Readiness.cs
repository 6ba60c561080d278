namespace Deprovisioner.Worker.Running;

/// <summary>What the loops wait for, and what the ready endpoint tells.</summary>
internal sealed class Readiness
{
    private readonly TaskCompletionSource database = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the database answers and its schema is the one this program knows.</summary>
    public Task Database => database.Task;

    public bool IsDatabaseReady => database.Task.IsCompletedSuccessfully;

    public void DatabaseIsReady() => database.TrySetResult();
}
