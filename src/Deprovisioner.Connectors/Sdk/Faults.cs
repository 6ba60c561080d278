using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Sdk;

/// <summary>What a system said, or did not say, instead of doing what was asked.</summary>
/// <param name="Outcome">Accepted (it does it later), Throttled, Transient, Unauthorized, Rejected, NotRemovableHere, Ambiguous or Indeterminate.</param>
/// <param name="Code">A short stable word (<c>unreachable</c>, <c>timeout</c>, <c>http-503</c>, <c>ldap-50</c>, <c>sqlstate-42501</c>).</param>
/// <param name="Message">One sentence for a person: no secrets, no stack trace.</param>
/// <param name="RetryAt">For Throttled and Accepted: not before, UTC; null: the system gave no time.</param>
public sealed record Fault(Outcome Outcome, string Code, string Message, DateTimeOffset? RetryAt = null)
{
    /// <summary>The system cannot be reached at all: nothing was sent.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>It was sent, and no answer came.</summary>
    public const string NoAnswer = "no-answer";

    /// <summary>A question got no answer in time; nothing was changed.</summary>
    public const string TimedOut = "timeout";

    /// <summary>The server is reached, and its certificate is not trusted.</summary>
    public const string Untrusted = "tls-untrusted";

    /// <summary>A setting cannot be used: nobody's account can be reached until it is corrected.</summary>
    public const string Misconfigured = "misconfigured";

    /// <summary>An action that the connector does not declare; the host asks for none of these.</summary>
    public static Fault Unsupported(StepAction action)
        => new(Outcome.Rejected, "unsupported", $"This kind of system has no {EnumText.Of(action)}.");

    /// <summary>The system cannot list its accounts at all: whoever is looked for must be known by name. See <see cref="NoList"/>.</summary>
    public const string CannotList = "cannot-list";

    /// <summary>For a system that has no list of accounts.</summary>
    public static Fault NoList() => new(Outcome.Rejected, CannotList, "This kind of system cannot list its accounts: only who is looked for by name is seen.");

    /// <summary>A cursor that no page gave, or that is no longer good.</summary>
    public static Fault BadCursor() => new(Outcome.Rejected, ListingFault.CursorExpired, "The list is not under way any more: begin with the first page.");
}

/// <summary>Carries a <see cref="Fault"/> to the host, which grades it.</summary>
public sealed class SystemFaultException : Exception
{
    public SystemFaultException(Fault fault, Exception? inner = null)
        : base($"{fault.Code}: {fault.Message}", inner) => Fault = fault;

    public Fault Fault { get; }

    /// <summary>The fault of what is tried, for a check that goes on to the next thing; null: there is none.</summary>
    public static async Task<Fault?> OfAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return null;
        }
        catch (SystemFaultException error)
        {
            return error.Fault;
        }
    }
}
