namespace Deprovisioner.Connectors.Sdk;

/// <summary>A connector that can show what it says to its system, and what that answers.</summary>
public interface IRecordingConnector : IConnector
{
    /// <summary>As <see cref="IConnector.CheckAsync"/>.</summary>
    /// <param name="canary">The value of an account whose reading shall be shown too; null: none.</param>
    /// <param name="record">Takes each exchange as text, without secrets.</param>
    Task<SystemCheck> CheckAsync(string? canary, Action<string> record, CancellationToken cancellationToken);
}
