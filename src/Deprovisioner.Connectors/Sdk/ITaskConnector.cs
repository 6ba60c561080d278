using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Sdk;

/// <summary>A connector whose work a person does: it finds no accounts, and hands the step to somebody instead of acting.</summary>
public interface ITaskConnector : IConnector
{
    /// <summary>One sentence that says who has what to do until when.</summary>
    /// <param name="command">The step. Its instruction is untrusted text and stays out of places that interpret it.</param>
    /// <param name="now">The instant from which the due time counts.</param>
    string Assign(StepCommand command, DateTimeOffset now);
}
