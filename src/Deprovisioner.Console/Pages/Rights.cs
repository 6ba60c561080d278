using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Access;

namespace Deprovisioner.Console.Pages;

/// <summary>What is shown to whom: the same as what the server lets them do.</summary>
internal static class Rights
{
    public static bool May(this HttpContext http, string policy)
        => policy switch
        {
            Access.Operate => http.User.IsInRole(AccessRoles.Operator),
            Access.Approve => http.User.IsInRole(AccessRoles.Approver),
            Access.Audit => http.User.IsInRole(AccessRoles.Auditor),
            _ => AccessRoles.Readers.Any(http.User.IsInRole),
        };
}
