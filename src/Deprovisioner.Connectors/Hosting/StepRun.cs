using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>
/// One attempt at one step. Find, read, act if the goal is not reached, read back, grade; each account by itself, so that one
/// that fails does not keep the others open. Nothing is repeated that was not read first: running it twice is harmless.
/// </summary>
internal sealed class StepRun(SystemSettings settings, ProtectedEntries isProtected, SystemCalls calls, ISecrets secrets, StepCommand command, bool retried)
{
    public async Task<StepResult> RunAsync()
    {
        var matchValue = settings.Match is { } match && command.Facts.TryGetValue(match.Value, out var fact) && !string.IsNullOrWhiteSpace(fact) ? fact : null;
        if (matchValue is null && !KnownIds().Any())
        {
            return StepResult.Of(Outcome.Rejected, "no-match-value", $"{settings.Match?.Value ?? "match"} is not known of this person, so no account can be found on {settings.Name}.");
        }

        var states = new Dictionary<string, AccountState?>(StringComparer.Ordinal);
        foreach (var id in KnownIds())
        {
            var known = await ReadAsync(id);
            if (known.Fault is not null)
            {
                return StepResult.Of(StepGrade.Of(known.Fault));
            }

            // By the id as the system writes it: an event may write it otherwise (a UUID in capitals), and it is the same account.
            states[known.Value?.Account.Id ?? id] = known.Value;
        }

        // Whoever is known only by an account is handled by that account.
        var matches = matchValue is null ? new Answer<IReadOnlyList<AccountRef>>([]) : await calls.FindAsync(matchValue);
        if (matches.Fault is not null)
        {
            return StepResult.Of(StepGrade.Of(matches.Fault));
        }

        // What somebody said is not theirs is as if it had not been found.
        IReadOnlyList<AccountRef> found = [.. matches.Value.Where(match => !command.OthersAccountIds.Contains(match.Id, StringComparer.Ordinal))];
        var search = AccountSearch.Decide(
            states.ToDictionary(s => s.Key, s => s.Value is not null, StringComparer.Ordinal), found,
            matchIsShared: settings.Match is { } by && command.SharedFacts.Contains(by.Value), command.SharedAccountIds);
        if (search.Ambiguity is not null)
        {
            var grade = new StepGrade(Outcome.Ambiguous, "ambiguous", search.Ambiguity);
            return new StepResult(grade, [.. Candidates(states, found).Select(evidence => new AccountResult(grade) { Evidence = evidence })]);
        }

        var results = new List<AccountResult>();
        foreach (var id in search.Accounts)
        {
            results.Add(await HandleAsync(id, states.GetValueOrDefault(id)));
        }

        if (search.Unseen)
        {
            // Asked after the accounts that are there were handled: doubt about one must not keep another open.
            results.Add(new AccountResult(await CanaryAsync()));
        }

        return new StepResult(StepGrade.WithRemainders(StepGrade.Worst(results.Select(r => r.Grade)), results.Select(r => r.Grade)), results);
    }

    private IEnumerable<string> KnownIds()
        => (command.Action == StepAction.RestoreAccount ? command.KnownAccountIds.Concat(command.Snapshots.Select(s => s.AccountId)) : command.KnownAccountIds)
            .Except(command.OthersAccountIds, StringComparer.Ordinal).Distinct(StringComparer.Ordinal);

    /// <summary>The account; in a restore also one that we deleted and the system keeps.</summary>
    private async Task<Answer<AccountState?>> ReadAsync(string id)
    {
        var answer = await calls.ReadAsync(id);
        return answer is { Fault: null, Value: null } && Snapshot(id) is { Recoverable: true } ? await calls.ReadDeletedAsync(id) : answer;
    }

    /// <summary>All that are there, for a person to tell apart: those that are known, and then those that only matched.</summary>
    private IEnumerable<AccountEvidence> Candidates(Dictionary<string, AccountState?> known, IReadOnlyList<AccountRef> found)
        => known.Values.OfType<AccountState>().Select(state => Evidence(state, after: null))
            .Concat(found.Select(match => new AccountEvidence(match.Id, Facets.Text(match.Name, secrets), new Dictionary<string, string>(), After: null)))
            .DistinctBy(evidence => evidence.AccountId);

    /// <summary>What is gone cannot be put back, which is not the same as having nothing to put back.</summary>
    private StepGrade Gone(StepGrade absent)
        => command switch
        {
            { Action: StepAction.RestoreAccount, Snapshots.Count: > 0 } => new StepGrade(Outcome.Rejected, "account-gone", $"The account is no longer on {settings.Name}: it has to be created anew."),

            // It was there when we asked for its end, and so it was our doing.
            { Action: StepAction.DeleteAccount, Pending: true } => absent with { Outcome = Outcome.Changed },
            _ => absent,
        };

    /// <summary>Absent, if the credential can be trusted to see what is there.</summary>
    private async Task<StepGrade> CanaryAsync()
    {
        if (settings.Canary is null)
        {
            return Gone(new StepGrade(Outcome.Absent, "unconfirmed", $"No such account on {settings.Name}; no canary account is configured to vouch for that."));
        }

        var canary = await calls.FindAsync(settings.Canary);
        return canary switch
        {
            { Fault: { } fault } => StepGrade.Of(fault),
            { Value.Count: 0 } => new StepGrade(Outcome.Unauthorized, "canary-not-visible", $"The credential for {settings.Name} does not see the canary account, so it cannot be believed that others are not there."),
            _ => Gone(new StepGrade(Outcome.Absent)),
        };
    }

    private async Task<AccountResult> HandleAsync(string id, AccountState? read)
    {
        if (read is null)
        {
            var answer = await ReadAsync(id);
            if (answer.Fault is not null)
            {
                return new AccountResult(StepGrade.Of(answer.Fault));
            }

            read = answer.Value;
        }

        if (read is not { } before)
        {
            // It was there when it was found: somebody else deletes at the same time.
            return new AccountResult(Gone(new StepGrade(Outcome.Absent, "gone-meanwhile")));
        }

        var snapshot = Snapshot(before.Account.Id);
        if (before.Critical)
        {
            return Untouched(before, new StepGrade(Outcome.Rejected, ProtectedEntries.AccountCode, $"{settings.Name} guards this account: it is never touched."));
        }

        if (isProtected.Covering(settings.Name, [before.Account.Id, before.Account.Name, .. before.OtherNames]) is { } pattern)
        {
            return Untouched(before, new StepGrade(Outcome.Rejected, ProtectedEntries.AccountCode, $"The account is protected by '{pattern}': it is never touched while that stands in the configuration."));
        }

        var choice = command.Action is StepAction.RemoveEntitlements ? EntitlementChoice.Of(command.Selection, before.Entitlements) : null;
        if (choice is { Ambiguity: { } ambiguity })
        {
            return Untouched(before, new StepGrade(Outcome.Ambiguous, "entitlement-ambiguous", ambiguity));
        }

        if (AccountGoals.Reached(command.Action, before, snapshot, command.Selection) && (command.Pending || snapshot is not { Unfinished: true }))
        {
            return Untouched(before, command.Pending ? StepGrade.Reached(command.Action, Outcome.Changed, before, command.Selection) : Already(before));
        }

        if (command.Pending)
        {
            return Untouched(before, new StepGrade(Outcome.Accepted, "pending", $"{settings.Name} took it, and has not finished it yet."));
        }

        return settings.Observe || command.Observe || command.Probe
            ? Untouched(before, new StepGrade(Outcome.Observed, "observe", $"{EnumText.Of(command.Action)} would be done{Which(choice)}{WhyNot()}."))
            : await ActAsync(before, snapshot, command.Selection is null ? null : choice);
    }

    private string WhyNot() => command.Probe ? "" : $"; {settings.Name} {(settings.Observe ? "is" : "was")} only observed";

    private StepGrade Already(AccountState before)
    {
        var grade = StepGrade.Reached(command.Action, Outcome.Already, before, command.Selection);
        return retried && grade is { Outcome: Outcome.Already, Code: null }
            ? grade with { Code = "already-after-retry", Message = "It was so already; an earlier attempt that never reported may have done it." }
            : grade;
    }

    private string Which(EntitlementChoice? choice)
        => command.Selection is null || choice is null ? "" : $" to {string.Join(", ", choice.Remove.Where(e => e.Owner is null).Select(e => e.Name))}";

    /// <param name="choice">What is to be taken away, where not all of it.</param>
    private async Task<AccountResult> ActAsync(AccountState before, AccountSnapshot? snapshot, EntitlementChoice? choice)
    {
        var only = choice?.Remove.Where(e => e.Owner is null).Select(e => e.Id).ToHashSet(StringComparer.Ordinal);
        var followUps = new List<string>();
        string? onlyAnswer = null;
        var from = snapshot is { Unfinished: true } ? AsIfCut(before, snapshot) : before;
        var fault = await calls.ActAsync(
            new ActRequest
            {
                Action = command.Action,
                Before = from,
                Facts = command.Facts,
                Snapshot = snapshot,
                OnlyEntitlements = only,
                FollowUp = followUps.Add,
                OnlyAnswer = said => onlyAnswer = said,
            });
        var readBack = await calls.ReadBackAsync(before.Account.Id, fault, state => AccountGoals.Reached(command.Action, state, snapshot, command.Selection));
        var after = readBack.Answer.Fault is null ? readBack.Answer.Value : null;
        return new AccountResult(StepGrade.AfterActing(command.Action, settings.Name, fault, readBack, command.Selection, onlyAnswer).With(followUps))
        {
            Evidence = Evidence(before, after),
            Snapshot = Snapshot(before),
            ResidualUntil = (after ?? before).ResidualUntil,
        };
    }

    /// <summary>As the account will be once the system has finished the cut.</summary>
    private static AccountState AsIfCut(AccountState account, AccountSnapshot taken) => account with
    {
        Enabled = account.Enabled && !taken.Enabled,
        Entitlements = [.. account.Entitlements.Where(e => !taken.Entitlements.Contains(e.Id, StringComparer.Ordinal))],
    };

    private AccountResult Untouched(AccountState before, StepGrade grade)
        => new(grade) { Evidence = Evidence(before, after: null), ResidualUntil = before.ResidualUntil };

    private AccountEvidence Evidence(AccountState before, AccountState? after) => new(
        before.Account.Id,
        Facets.Text(before.Account.Name, secrets),
        Facets.Words(before, secrets),
        after is null ? null : Facets.Words(after, secrets));

    private AccountSnapshot Snapshot(AccountState before)
    {
        var own = before.Entitlements.Where(e => e.Owner is null).ToList();
        return new(before.Account.Id, before.Account.Name, before.Enabled, [.. own.Select(e => e.Id)], before.RestoreAttributes)
        {
            Names = own.Where(e => e.Name != e.Id).DistinctBy(e => e.Id).ToDictionary(e => e.Id, e => e.Name),
            Recoverable = command.Action is StepAction.DeleteAccount && before.KeptWhenDeleted,
        };
    }

    /// <summary>The first of an account's snapshots is the one from before the saga touched it at all.</summary>
    private AccountSnapshot? Snapshot(string id)
        => command.Action == StepAction.RestoreAccount ? command.Snapshots.FirstOrDefault(s => s.AccountId == id) : null;
}
