using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest;

/// <summary>Answers that are no errors by their status, and yet not what the declaration says.</summary>
internal static class RestFaults
{
    /// <summary>Transient, since it is what a maintenance page looks like as well as a wrong declaration.</summary>
    public static SystemFaultException NotAsDeclared(string what)
        => new(new Fault(Outcome.Transient, "not-as-declared", $"The server's answer is not as it is declared: {what}."));

    /// <summary>What is not shown cannot be said to be absent.</summary>
    public static SystemFaultException PagingIgnored()
        => new(new Fault(Outcome.Rejected, "paging-ignored", "The server shows the same page again: it has more than it shows, and does not heed how the next page is asked for."));

    /// <summary>The credential goes to the server that is configured and to no other.</summary>
    public static SystemFaultException ForeignPage()
        => new(new Fault(Outcome.Rejected, "foreign-page", "The server says that the next page is on another server. It was not asked for."));
}
