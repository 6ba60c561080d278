using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>The one place that turns an exception into a fault.</summary>
internal static class FaultGrading
{
    public const string CircuitOpen = "circuit-open";
    public const string SecretMissing = "secret-missing";
    public const string Unexpected = "unexpected";

    /// <param name="acting">Whether the call could have changed something: then no answer is not the same as nothing done.</param>
    /// <param name="system">Its name, for the message.</param>
    /// <param name="lastUnreachable">What the last call that reached nothing said; for an open circuit.</param>
    public static Fault Of(Exception error, bool acting, SystemName system, string? lastUnreachable) => error switch
    {
        // A read that got no answer changed nothing: it is simply tried again.
        SystemFaultException { Fault: { Outcome: Outcome.Indeterminate } fault } when !acting => fault with { Outcome = Outcome.Transient },
        SystemFaultException { Fault: { Code: Fault.Unreachable } fault } => fault with { Message = $"{system} cannot be reached: {fault.Message}" },
        SystemFaultException { Fault: var fault } => fault,
        SecretMissingException missing => new Fault(Outcome.Unauthorized, SecretMissing, $"{system} lacks its secret: {missing.Reference} leads nowhere."),
        BrokenCircuitException => new Fault(Outcome.Transient, CircuitOpen,
            $"{system} is left alone for some seconds, since it could not be reached again and again.{(lastUnreachable is null ? "" : $" Last: {lastUnreachable}")}"),
        TimeoutRejectedException or OperationCanceledException => acting
            ? new Fault(Outcome.Indeterminate, Fault.NoAnswer, $"{system} was asked to act and did not answer in time.")
            : new Fault(Outcome.Transient, Fault.TimedOut, $"{system} did not answer in time."),
        _ => new Fault(Outcome.Transient, Unexpected, $"{error.GetType().Name}: {error.Message}"),
    };
}
