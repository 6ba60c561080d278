using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Conforming;

/// <summary>The cases of <see cref="ConformanceKit"/>. Each says what is wrong, or null.</summary>
internal static class ConformanceCases
{
    public const string Twice = "Running it twice changes something once";

    private const string Nobody = "nobody-of-this-name";

    /// <summary>Takes the place of each secret, to see what a refused credential does.</summary>
    private const string Refused = "refused-secret-of-the-conformance-kit";

    /// <summary>Those that change nothing.</summary>
    public static readonly IReadOnlyList<(string Sentence, Func<ConformanceTrial, CancellationToken, Task<string?>> Holds)> Reading =
    [
        ("The check finds nothing wrong", CheckAsync),
        ("The account is found, once, and can be read", FoundAsync),
        ("The list has every account once, and this one", ListedAsync),
        ("Nobody is found under a name that nobody has", NobodyAsync),
        ("An id that the system never gave touches nobody", UnknownIdAsync),
        ("A cursor that no page gave is refused", CursorAsync),
        ("A refused credential is told from an absent account, and not shown", RefusedAsync),
    ];

    /// <summary>Those that act, and put back.</summary>
    public static readonly IReadOnlyList<(string Sentence, Func<ConformanceTrial, StepAction, CancellationToken, Task<string?>> Holds)> Acting =
    [
        ("Observing changes nothing", ObservedAsync),
        (Twice, TwiceAsync),
        ("What was done and never answered is read, and found done", LostAnswerAsync),
        ("What could not be read back is found done by the next attempt", UnreadableAsync),
        ("A replica that lags a little is waited for", LagAsync),
        ("A throttle is reported with its end, and nothing is changed", ThrottledAsync),
    ];

    public static async Task<string?> TwiceAsync(ConformanceTrial trial, StepAction action, CancellationToken cancellationToken)
    {
        var first = await trial.RunAsync(action, cancellationToken: cancellationToken);
        var second = first.Outcome == Outcome.Changed ? await trial.RunAsync(action, cancellationToken: cancellationToken) : null;
        var left = await trial.PutBackAsync(first, cancellationToken) is { } kept && CanBePutBack(trial, action) ? kept : null;
        return Expect(first, Outcome.Changed) ?? Expect(second!, trial.Again(action)) ?? left;
    }

    private static bool CanBePutBack(ConformanceTrial trial, StepAction action)
        => action is StepAction.DisableAccount or StepAction.RemoveEntitlements && trial.Description.Actions.Contains(StepAction.RestoreAccount);

    private static async Task<string?> CheckAsync(ConformanceTrial trial, CancellationToken cancellationToken)
    {
        var check = await trial.CheckAsync(cancellationToken);
        return check.Reachable && check.Findings.All(f => f.Ok) ? null : string.Join(' ', check.Findings.Where(f => !f.Ok).Select(f => $"{f.Subject}: {f.Remedy}"));
    }

    private static Task<string?> FoundAsync(ConformanceTrial trial, CancellationToken cancellationToken) => trial.DirectlyAsync(async connector =>
    {
        var found = await connector.FindAsync(trial.MatchValue, cancellationToken);
        if (found is not [var account])
        {
            return string.Create(CultureInfo.InvariantCulture, $"{found.Count} accounts are found.");
        }

        return await connector.ReadAsync(account.Id, cancellationToken) switch
        {
            null => "It is found and cannot be read.",
            { Critical: true } => "The system guards it: choose an ordinary account.",
            var state => state.Account.Id == account.Id ? null : "Reading gives another id than finding.",
        };
    });

    private static Task<string?> ListedAsync(ConformanceTrial trial, CancellationToken cancellationToken) => trial.DirectlyAsync(async connector =>
    {
        var account = (await connector.FindAsync(trial.MatchValue, cancellationToken)).Single();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            AccountPage page;
            try
            {
                page = await connector.ListAsync(cursor, cancellationToken);
            }
            catch (SystemFaultException error) when (error.Fault.Code == Fault.CannotList)
            {
                // A system without a list has none that could be wrong.
                return null;
            }

            foreach (var listed in page.Accounts)
            {
                if (!seen.Add(listed.Account.Id))
                {
                    return $"{listed.Account.Name} is there twice.";
                }
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return seen.Contains(account.Id) ? null : "The account is not in the list.";
    });

    private static async Task<string?> NobodyAsync(ConformanceTrial trial, CancellationToken cancellationToken)
    {
        foreach (var name in NastyNames.All.Append(Nobody))
        {
            var report = await trial.RunAsync(ConformanceTrial.AnyAction(trial.Description), change: With(trial, name), cancellationToken: cancellationToken);
            if (report.Outcome is not (Outcome.Absent or Outcome.Rejected))
            {
                return $"{Short(name)}: {ConformanceTrial.Words(report)}";
            }
        }

        return null;
    }

    private static async Task<string?> UnknownIdAsync(ConformanceTrial trial, CancellationToken cancellationToken)
    {
        foreach (var id in NastyNames.All)
        {
            var faults = new Faults();
            var report = await trial.RunAsync(ConformanceTrial.AnyAction(trial.Description), faults, change: command => With(trial, Nobody)(command) with { KnownAccountIds = [id] }, cancellationToken: cancellationToken);
            if (faults.Acts > 0 || report.Outcome is not (Outcome.Absent or Outcome.Rejected))
            {
                return $"{Short(id)}: {ConformanceTrial.Words(report)}";
            }
        }

        return null;
    }

    private static Task<string?> CursorAsync(ConformanceTrial trial, CancellationToken cancellationToken) => trial.DirectlyAsync(async connector =>
    {
        foreach (var cursor in NastyNames.All)
        {
            try
            {
                await connector.ListAsync(cursor, cancellationToken);
                return $"{Short(cursor)} is taken for a cursor.";
            }
            catch (SystemFaultException error) when (error.Fault.Code == Fault.BadCursor().Code)
            {
                // As it must be.
            }
        }

        return null;
    });

    private static async Task<string?> RefusedAsync(ConformanceTrial trial, CancellationToken cancellationToken)
    {
        var secret = trial.Description.Settings.Where(s => s.Kind == SettingKind.Secret && trial.System.Values.ContainsKey(s.Key)).Select(s => s.Key).ToList();
        if (secret.Count == 0)
        {
            return null;
        }

        var report = await trial.RunAsync(
            ConformanceTrial.AnyAction(trial.Description),
            with: settings => settings with { Values = settings.Values.ToDictionary(v => v.Key, v => secret.Contains(v.Key) ? Refused : v.Value) },
            cancellationToken: cancellationToken);
        return report.ToString().Contains(Refused, StringComparison.Ordinal) ? "The report shows the secret." : Expect(report, Outcome.Unauthorized);
    }

    private static async Task<string?> ObservedAsync(ConformanceTrial trial, StepAction action, CancellationToken cancellationToken)
    {
        var faults = new Faults();
        var report = await trial.RunAsync(action, faults, settings => settings with { Observe = true }, cancellationToken: cancellationToken);
        return faults.Acts > 0 ? "It acted." : Expect(report, Outcome.Observed);
    }

    private static async Task<string?> LostAnswerAsync(ConformanceTrial trial, StepAction action, CancellationToken cancellationToken)
    {
        var report = await trial.RunAsync(action, new Faults { AnswerIsLost = true }, cancellationToken: cancellationToken);
        var left = await trial.PutBackAsync(report, cancellationToken);
        return Expect(report, Outcome.Changed) ?? left;
    }

    private static async Task<string?> UnreadableAsync(ConformanceTrial trial, StepAction action, CancellationToken cancellationToken)
    {
        var faults = new Faults { AnswerIsLost = true, UnreadableAfterActing = true };
        var first = await trial.RunAsync(action, faults, cancellationToken: cancellationToken);
        faults.Clear();
        var second = await trial.RunAsync(action, faults, change: command => command with { Attempt = 2 }, cancellationToken: cancellationToken);
        var left = await trial.PutBackAsync(first, cancellationToken);
        return Expect(first, Outcome.Indeterminate) ?? Expect(second, trial.Again(action)) ?? (faults.Acts == 1 ? null : "It acted twice.") ?? left;
    }

    private static async Task<string?> LagAsync(ConformanceTrial trial, StepAction action, CancellationToken cancellationToken)
    {
        var report = await trial.RunAsync(action, new Faults { StaleReads = 2 }, cancellationToken: cancellationToken);
        var left = await trial.PutBackAsync(report, cancellationToken);
        return Expect(report, Outcome.Changed) ?? left;
    }

    private static async Task<string?> ThrottledAsync(ConformanceTrial trial, StepAction action, CancellationToken cancellationToken)
    {
        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        var report = await trial.RunAsync(action, new Faults { ActFault = new Fault(Outcome.Throttled, "http-429", "Too many.", until), FaultyActs = 1 }, cancellationToken: cancellationToken);
        return Expect(report, Outcome.Throttled) ?? (report.RetryAt == until ? null : "The end of the throttle is not told.");
    }

    private static Func<StepCommand, StepCommand> With(ConformanceTrial trial, string matchValue)
        => command => command with { Facts = new Dictionary<string, string>(command.Facts) { [trial.System.Match!.Value] = matchValue } };

    private static string? Expect(StepReport report, Outcome outcome)
        => report.Outcome == outcome ? null : $"{EnumText.Of(outcome)} was to be expected, and it was {ConformanceTrial.Words(report)}{(report.Outcome == Outcome.Already ? ": the account has nothing to do for it" : "")}";

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
