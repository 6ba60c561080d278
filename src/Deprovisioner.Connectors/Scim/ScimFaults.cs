using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Scim;

/// <summary>Answers that are no errors by their status, and yet not what was asked for.</summary>
internal static class ScimFaults
{
    /// <summary>Transient, since it is what a maintenance page looks like as well as a wrong address.</summary>
    public static Fault NotScim(string what)
        => new(Outcome.Transient, "not-scim", $"The server's answer for {what} is not SCIM. Is url the base of its SCIM service?");

    /// <summary>What is not shown cannot be said to be absent.</summary>
    public static Fault PagingIgnored(string collection)
        => new(Outcome.Rejected, "paging-ignored", $"/{collection} shows the same page again: the server has more than it shows and does not heed startIndex.");
}
