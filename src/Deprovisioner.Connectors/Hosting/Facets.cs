using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>An account's state in words for the evidence, and whether it speaks of an action at all.</summary>
internal static class Facets
{
    /// <summary>A name from a target system may be of any length; evidence is kept for years.</summary>
    private const int LongestValue = 1000;

    /// <summary>Whether the state says anything about the action's goal; a null facet cannot.</summary>
    public static bool Tells(StepAction action, AccountState? state) => state is null || action switch
    {
        StepAction.RevokeSessions => state.LiveSessions is not null,
        StepAction.RevokeCredentials => state.Credentials is not null,
        StepAction.TransferData => state.OwnedObjects is not null,
        StepAction.ReclaimLicence => state.Licences is not null,
        _ => true,
    };

    public static IReadOnlyDictionary<string, string> Words(AccountState state, ISecrets secrets)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal) { ["enabled"] = state.Enabled ? "yes" : "no" };
        Add("sessions", Number(state.LiveSessions));
        Add("credentials", Number(state.Credentials));
        Add("owned-objects", Number(state.OwnedObjects));
        Add("licences", Number(state.Licences));
        Add("entitlements", state.Entitlements.Count == 0 ? "none" : string.Join(", ", state.Entitlements.Select(e => e.Owner is null ? e.Name : $"{e.Name} (from {e.Owner})")));
        Add("residual-until", state.ResidualUntil?.ToString("O", CultureInfo.InvariantCulture));
        foreach (var (name, value) in state.Details)
        {
            Add(name, value);
        }

        return words;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                words[name] = Text(value, secrets);
            }
        }
    }

    /// <summary>Redacted first and cut then, so that no half of a secret is left over at the end.</summary>
    public static string Text(string value, ISecrets secrets)
    {
        var redacted = secrets.Redact(value);
        return redacted.Length <= LongestValue ? redacted : $"{redacted[..LongestValue]}…";
    }

    private static string? Number(int? value) => value?.ToString(CultureInfo.InvariantCulture);
}
