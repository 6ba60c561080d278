using Deprovisioner.Connectors.Rest;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Rest;

/// <summary>The two accidents that everybody in this field has heard of, by the shipped declaration of the vendor with whom the first is best known.</summary>
public sealed class When_a_famous_accident_could_happen
{
    private static readonly RestKind Entra = (RestKind)DeclaredKinds.Shipped.Single(kind => kind.Description.Connector == "entra-id");

    /// <summary>
    /// <c>DELETE /groups/{id}/members/{id}/$ref</c> takes a user out of a group; without its last segment it deletes the user from the directory:
    /// https://learn.microsoft.com/en-us/graph/api/group-delete-members?view=graph-rest-1.0 (a warning stands there).
    /// </summary>
    [Fact]
    public async Task A_membership_is_deleted_and_never_the_user()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var connector = Entra.Open(Settings(server), new PlainSecrets(), TimeProvider.System);
        Expect(server, groups: """{"@odata.type": "#microsoft.graph.group", "id": "g1", "displayName": "Sales"}, {"@odata.type": "#microsoft.graph.group", "id": "g2/members", "displayName": "Odd"}""")
            .Expect("DELETE /v1.0/groups/g1/members/u1/$ref", 204);

        var fault = await Acting.FaultOf(() => connector.ActAsync(StepAction.RemoveEntitlements, Acting.Account("u1", "group:g1", "group:g2/members")));

        Assert.Equal("unsafe-value", fault.Code);
        server.Verify();
        Assert.Equal(["DELETE /v1.0/groups/g1/members/u1/$ref"], server.Asked.Select(a => a.Line).Where(line => line.StartsWith("DELETE", StringComparison.Ordinal)));
    }

    /// <summary>A credential that may not see people gets an empty list and no error: five hundred leavers would be "done" in a second.</summary>
    [Fact]
    public async Task An_empty_list_from_a_credential_that_sees_nobody_is_not_taken_for_nobody()
    {
        await using var server = await ScriptedServer.StartAsync();
        var settings = Settings(server) with { Canary = "canary@example.test" };
        await using var host = new ConformanceHost(Entra, settings);
        const string Select = "&%24select=id%2CuserPrincipalName%2Cmail%2CotherMails%2CdisplayName%2CaccountEnabled%2CemployeeId%2CuserType%2ConPremisesSyncEnabled";
        server.Expect("POST /tenant/oauth2/v2.0/token", body: """{"access_token": "t", "expires_in": 3599}""")
            .Expect($"GET /v1.0/users?%24filter=userPrincipalName%20eq%20%27ada%40example.test%27{Select}", body: """{"value": []}""")
            .Expect($"GET /v1.0/users?%24filter=userPrincipalName%20eq%20%27canary%40example.test%27{Select}", body: """{"value": []}""");

        var report = await host.Run(ConformanceHost.Command(settings, StepAction.DisableAccount, "ada@example.test"));

        Assert.Equal((Outcome.Unauthorized, "canary-not-visible"), (report.Outcome, report.Code));
        server.Verify();
    }

    private static ScriptedServer Expect(ScriptedServer server, string groups) => server
        .Expect("POST /tenant/oauth2/v2.0/token", body: """{"access_token": "t", "expires_in": 3599}""")
        .Expect(
            "GET /v1.0/users/u1?%24select=id%2CuserPrincipalName%2Cmail%2CotherMails%2CdisplayName%2CaccountEnabled%2CemployeeId%2CuserType%2ConPremisesSyncEnabled%2CsignInSessionsValidFromDateTime%2ClicenseAssignmentStates",
            body: """{"id": "u1", "userPrincipalName": "ada@example.test", "accountEnabled": true}""")
        .Expect("GET /v1.0/roleManagement/directory/roleAssignments?%24filter=principalId%20eq%20%27u1%27&%24expand=roleDefinition", body: """{"value": []}""")
        .Expect("GET /v1.0/roleManagement/directory/roleEligibilityScheduleInstances?%24filter=principalId%20eq%20%27u1%27&%24expand=roleDefinition", body: """{"value": []}""")
        .Expect("GET /v1.0/users/u1/memberOf?%24top=999", body: $$"""{"value": [{{groups}}]}""")
        .Expect("GET /v1.0/users/u1/appRoleAssignments", body: """{"value": []}""")
        .Expect("GET /v1.0/users/u1/oauth2PermissionGrants", body: """{"value": []}""");

    private static SystemSettings Settings(ScriptedServer server) => server.Settings() with
    {
        Connector = "entra-id",
        Values = new Dictionary<string, string> { ["tenant"] = "tenant", ["clientId"] = "app", ["clientSecret"] = "secret-of-the-test", ["graph"] = server.Url, ["login"] = server.Url },
    };
}
