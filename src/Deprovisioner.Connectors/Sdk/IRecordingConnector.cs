namespace Deprovisioner.Connectors.Sdk;

/// <summary>A connector that can show what it says to its system, and what that answers.</summary>
public interface IRecordingConnector : IConnector
{
    /// <summary>As <see cref="IConnector.CheckAsync"/>, with an account to try all of it on.</summary>
    /// <param name="canary">The value by which the account is found; null: the first of the list serves.</param>
    /// <param name="record">Takes each exchange as text, without secrets; null: nobody wants to see them.</param>
    Task<SystemCheck> CheckAsync(string? canary, Action<string>? record, CancellationToken cancellationToken);
}
