using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Sdk;

/// <summary>A connector whose work a person does: it finds no accounts (<see cref="AccountlessConnector"/>), and hands the step to somebody instead of acting.</summary>
public interface ITaskConnector : IConnector
{
    /// <summary>Who has what to do until when.</summary>
    /// <param name="command">The step. Its instruction is untrusted text and stays out of places that interpret it.</param>
    /// <param name="now">The instant from which the due time counts.</param>
    AssignedTask Assign(StepCommand command, DateTimeOffset now);
}

/// <summary>A task, and one sentence that says it.</summary>
public sealed record AssignedTask(TaskAssignment Task, string Message);
