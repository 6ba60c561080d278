using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Core.Audit;
using Deprovisioner.Storage.Access;

namespace Deprovisioner.Storage.Writing;

/// <summary>Who may use the installation: keys are made and taken back, and what was refused to somebody is recorded.</summary>
internal sealed class AccessDecisions(Work work)
{
    public static bool IsFor(OperatorAct act) => act.Kind is AccessActs.Refused or AccessActs.CreateKey or AccessActs.RevokeKey;

    public FactAnswer Decide(OperatorAct act)
        => act.Kind switch
        {
            AccessActs.Refused => Refused(act),
            AccessActs.CreateKey => Create(act),
            _ => Revoke(act),
        };

    private FactAnswer Refused(OperatorAct act)
    {
        var details = Details<AccessActs.RefusedAccess>(act);
        work.InstallationAudit.Add(new AuditEntry("access-refused", new JsonObject
        {
            ["who"] = act.Who,
            ["asked"] = details.Asked,
            ["needs"] = new JsonArray([.. details.Needs.Select(role => (JsonNode)role)]),
        }));
        return new FactAnswer("done", "It is recorded.");
    }

    private FactAnswer Create(OperatorAct act)
    {
        var key = Details<AccessActs.NewKey>(act);
        if (!work.Access.Keys.TryAdd(key.KeyId, new StoredKey(key.Name, IsRevoked: false)))
        {
            return new FactAnswer("refused", "There is such a key already.");
        }

        work.Access.Created.Add((act, key));
        work.InstallationAudit.Add(new AuditEntry("api-key-created", new JsonObject
        {
            ["key"] = key.KeyId,
            ["name"] = key.Name,
            ["roles"] = new JsonArray([.. key.Roles.Select(role => (JsonNode)role)]),
            ["expires"] = AuditTime.Of(key.ExpiresAt),
            ["who"] = act.Who,
            ["why"] = act.Why,
        }));
        return new FactAnswer("done", $"{key.Name} has the key {key.KeyId} until {AuditTime.Of(key.ExpiresAt)}.");
    }

    private FactAnswer Revoke(OperatorAct act)
    {
        var id = Details<AccessActs.OldKey>(act).KeyId;
        if (!work.Access.Keys.TryGetValue(id, out var key) || key.IsRevoked)
        {
            return new FactAnswer("refused", key is null ? "There is no such key." : "Somebody has taken it back already.");
        }

        work.Access.Keys[id] = key with { IsRevoked = true };
        work.Access.Revoked.Add((act, id));
        work.InstallationAudit.Add(new AuditEntry("api-key-revoked", new JsonObject { ["key"] = id, ["name"] = key.Name, ["who"] = act.Who, ["why"] = act.Why }));
        return new FactAnswer("done", $"The key {id} of {key.Name} is taken back.");
    }

    private static T Details<T>(OperatorAct act) => JsonSerializer.Deserialize<T>(act.Details!, JsonSerializerOptions.Web)!;
}
