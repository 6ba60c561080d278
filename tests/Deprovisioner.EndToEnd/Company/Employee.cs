using System.Text.Json.Nodes;
using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.EndToEnd;

/// <summary>Somebody with accounts; what they can still do is asked of the systems themselves.</summary>
public sealed class Employee(Company company, string userName, string mail, string dn, string crmId, string crmGroup)
{
    public string UserName { get; } = userName;

    public string Mail { get; } = mail;

    public string PersonId { get; } = "P-" + userName;

    public string EmploymentId { get; } = "E-" + userName;

    public string CrmId { get; } = crmId;

    public string Dn { get; } = dn;

    public Task<bool> CanBind() => company.Directory.CanSignIn(Dn, "password-" + UserName);

    public async Task<bool> IsInDirectoryGroup() => (await company.Directory.Values($"cn=team-{UserName},{OpenLdapServer.GroupsDn}", "member")).Contains(Dn, StringComparer.OrdinalIgnoreCase);

    public async Task<bool> IsActiveInCrm() => (await company.Crm.GetAsync($"Users/{CrmId}"))!["active"]?.GetValue<bool>() ?? true;

    public async Task<bool> IsInCrmGroup() => (await company.Crm.GetAsync($"Groups/{crmGroup}"))!["members"] is JsonArray { Count: > 0 };

    /// <summary>A session of this person's on the warehouse, open until it is cut.</summary>
    public async Task<NpgsqlConnection> OpenSession()
    {
        var session = new NpgsqlConnection(company.Postgres.ConnectionString("warehouse", UserName, "password-" + UserName) + ";Pooling=false");
        await session.OpenAsync();
        return session;
    }

    public async Task<bool> CanLogIn()
    {
        try
        {
            await using var session = await OpenSession();
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidPassword)
        {
            return false;
        }
    }

    public async Task<bool> HasSession() => await company.Postgres.Scalar<long>($"select count(*) from pg_stat_activity where usename = '{UserName}'") > 0;

    public async Task<bool> IsInRole() => await company.Postgres.Scalar<long>(
        $"select count(*) from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = '{UserName}'") > 0;

    /// <summary>What the systems say of this person, in one text that can be compared.</summary>
    public async Task<string> Everywhere()
        => $"directory: signs in {await CanBind()}, in group {await IsInDirectoryGroup()}; crm: active {await IsActiveInCrm()}, in group {await IsInCrmGroup()}; "
            + $"warehouse: logs in {await CanLogIn()}, in role {await IsInRole()}, session {await HasSession()}";

    /// <summary>What <see cref="Everywhere"/> says of somebody with full access and no open session.</summary>
    public const string FullAccess = "directory: signs in True, in group True; crm: active True, in group True; warehouse: logs in True, in role True, session False";

    /// <summary>What <see cref="Everywhere"/> says of somebody whose access is gone.</summary>
    public const string NoAccess = "directory: signs in False, in group False; crm: active False, in group False; warehouse: logs in False, in role False, session False";
}
