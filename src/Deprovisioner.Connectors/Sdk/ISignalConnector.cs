using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Sdk;

/// <summary>A connector that tells a receiver what happened to somebody; it finds no accounts (<see cref="AccountlessConnector"/>). What the receiver does about it is shown nowhere: that it took the signal is the only proof.</summary>
public interface ISignalConnector : IConnector
{
    /// <summary>By which fact about a person the receiver knows them: a key of <see cref="StepCommand.Facts"/>.</summary>
    string Subject { get; }

    /// <summary>
    /// Returns once the receiver has it. Idempotent by the signal's id: to tell twice is to tell once. A fault <see cref="Outcome.Accepted"/> says that it waits to be fetched; what became of it is asked later.
    /// </summary>
    /// <returns>One sentence for people: what was told, and how it is known that the receiver has it. No secrets.</returns>
    Task<string> TellAsync(Signal signal, CancellationToken cancellationToken);
}

/// <summary>What happened to somebody.</summary>
/// <param name="Id">The same in every attempt, and another for every other signal.</param>
/// <param name="Cause">What it belongs to, for whoever compares logs.</param>
/// <param name="Action">What is done.</param>
/// <param name="Subject">Whom it concerns, as the receiver knows them. Untrusted text.</param>
/// <param name="Waits">It was told at the last attempt, and waited to be fetched: what became of it is what is asked.</param>
public sealed record Signal(string Id, SagaId Cause, StepAction Action, string Subject, bool Waits = false);
