using System.Globalization;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest.Declaring;

/// <summary>
/// What the shape of a declaration does not say: that each value which a request names is known there, that nothing from an event decides where a request goes or ends a
/// quoted text, that a secret stands in credentials only, and that each action shows its effect somewhere.
/// </summary>
internal static class DeclarationCheck
{
    /// <summary>Every system has these; a connector's own settings cannot be called so.</summary>
    private static readonly string[] Taken = ["connector", "match", "canary", "mode", "limits", RestKind.CaFile, RestKind.TransferTo];

    public static void Check(Declaration declaration, DeclarationFaults faults)
    {
        Settings(declaration, faults);
        CredentialCheck.Check(declaration, faults);
        OfSettings(declaration, faults);
        foreach (var place in DeclaredPlaces.Of(declaration))
        {
            RequestCheck.Check(place, declaration, faults);
        }

        foreach (var (facet, sort, holding) in DeclaredPlaces.Holdings(declaration))
        {
            Holding(facet, $"{facet}.{sort}", holding, faults);
            SecretCheck.Check(facet, $"{facet}.{sort}", holding, faults);
        }

        var account = declaration.Account;
        Known("account", [.. account.DisabledWhen, .. account.GoneWhen, .. account.CriticalWhen, .. declaration.Server.Answers.SelectMany(a => a.Body)], ["settings"], faults);
        Actions(declaration, faults);
    }

    private static void Settings(Declaration declaration, DeclarationFaults faults)
    {
        foreach (var (key, setting) in declaration.Settings)
        {
            var path = $"settings.{key}";
            if (Taken.Contains(key))
            {
                faults.Add(path, $"every system has a '{key}' of its own", "give this setting another name");
            }

            if (setting is { Kind: SettingKind.Secret, Default: not null })
            {
                faults.Add($"{path}.default", "a secret has no default", "take it out: each system refers to its own");
            }

            if (setting.Kind == SettingKind.Choice != setting.Allowed is { Count: > 0 })
            {
                faults.Add(path, "kind: choice and allowed go together", "write both, or neither");
            }
        }
    }

    private static void OfSettings(Declaration declaration, DeclarationFaults faults)
    {
        foreach (var (path, template) in new[] { ("server.url", declaration.Server.Url), ("account.own", declaration.Account.Own) })
        {
            foreach (var value in template?.Values.Where(v => v.Source != "settings" || !declaration.Settings.ContainsKey(v.Key)) ?? [])
            {
                faults.Add(path, $"{{{value.Text}}} is not known here", "only {settings.…} may stand here, each declared under settings");
            }
        }
    }

    private static void Known(string path, IEnumerable<DeclaredCondition> conditions, string[] sources, DeclarationFaults faults)
    {
        foreach (var value in conditions.SelectMany(c => (c.Is ?? []).Concat(c.IsNot ?? [])).SelectMany(t => t.Values).Where(v => !sources.Contains(v.Source)))
        {
            faults.Add(path, $"{{{value.Text}}} is not known here", $"use {string.Join(", ", sources.Select(s => $"{{{s}}}"))}");
        }
    }

    private static void Holding(string facet, string path, DeclaredHolding holding, DeclarationFaults faults)
    {
        Known(path, [.. holding.Where, .. holding.Owners.SelectMany(o => o.When)], ["settings", "id", "name", "account"], faults);
        if (holding.List is null == holding.At is null)
        {
            faults.Add(path, "it is not said where they are listed", "write either list: with a request, or at: with a place in the account's answer");
        }

        if (holding.Remove.Count > 0 && holding.Set.Count > 0)
        {
            faults.Add($"{path}.set", "remove and set both say how one is taken away", "keep remove if each can be removed by itself");
        }

        if (facet != "entitlements" && (holding.Restore.Count > 0 || holding.Set.Count > 0))
        {
            faults.Add(path, "only entitlements are put back, or written as a whole", "use remove");
        }
    }

    private static void Actions(Declaration declaration, DeclarationFaults faults)
    {
        foreach (var action in declaration.Actions.Keys.Where(a => a is StepAction.ManualTask or StepAction.RemoveEntitlements))
        {
            faults.Add($"actions.{EnumText.Of(action)}", "this is no request about the account as a whole", action == StepAction.ManualTask ? "use the connector manual" : "write under entitlements how each sort is removed");
        }

        if (declaration.Actions.ContainsKey(StepAction.DisableAccount) && declaration.Account.DisabledWhen.Count == 0)
        {
            faults.Add("actions.disable-account", "nothing says when an account is disabled, so it could never be seen to be", "write account.disabledWhen");
        }

        Shown(StepAction.RevokeSessions, declaration.Sessions, "sessions");
        Shown(StepAction.RevokeCredentials, declaration.Credentials, "credentials");
        Shown(StepAction.ReclaimLicence, declaration.Licences, "licences");
        Shown(StepAction.TransferData, declaration.Owned, "owned");
        foreach (var action in declaration.ProvenByAnswer.Where(a => !declaration.Actions.ContainsKey(a) || a is StepAction.DisableAccount or StepAction.DeleteAccount or StepAction.RestoreAccount))
        {
            faults.Add("provenByAnswer", $"{EnumText.Of(action)} is not declared under actions, or the account itself shows it", "take it out");
        }

        if (!RestKind.ActionsOf(declaration).Any())
        {
            faults.Add("", "the declaration can do nothing", "write actions:, or how entitlements are removed");
        }

        void Shown(StepAction action, IReadOnlyDictionary<string, DeclaredHolding> holdings, string facet)
        {
            if (declaration.Actions.ContainsKey(action) && holdings.Count == 0 && !declaration.ProvenByAnswer.Contains(action))
            {
                faults.Add($"actions.{EnumText.Of(action)}", "nothing shows its effect", string.Create(CultureInfo.InvariantCulture, $"write under {facet} how it is read back, or name it in provenByAnswer if the system shows it nowhere"));
            }
        }
    }
}
