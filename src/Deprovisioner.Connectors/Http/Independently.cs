using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Http;

/// <summary>Several changes of one action, none of which is to wait for another's success: one group that cannot be left keeps the user in no other.</summary>
internal static class Independently
{
    /// <summary>
    /// Does them one after the other. What is refused, or finished later, does not stop the rest; what concerns the whole system (it is down, asks for patience, or
    /// refuses the credential) does, since the next would fare alike.
    /// </summary>
    /// <exception cref="SystemFaultException">The first thing that was refused, after all were tried; else the first that the server finishes later.</exception>
    public static async Task DoAsync(IEnumerable<Func<Task>> changes)
    {
        Fault? first = null;
        Fault? later = null;
        foreach (var change in changes)
        {
            try
            {
                await change();
            }
            catch (SystemFaultException error) when (error.Fault.Outcome == Outcome.Rejected || error.Fault.Code is "http-409" or "http-412")
            {
                first ??= error.Fault;
            }
            catch (SystemFaultException taken) when (taken.Fault.Outcome == Outcome.Accepted)
            {
                later ??= taken.Fault;
            }
        }

        if ((first ?? later) is { } fault)
        {
            throw new SystemFaultException(fault);
        }
    }
}
