using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Planning;

// Theory of operation. What is owed to somebody who is back is exactly what our own steps took, by their snapshots and not by what the account once had.
// - Signing in is given back only where a disable-account of ours changed the account: somebody else may have locked it before us, for a reason of their own.
// - Entitlements are given back only where a remove-entitlements of ours took them. The snapshot of another action lists them too, and they are still there.
// - A restore that was stopped half way owes what its steps had not put back: the account says nothing of it any more.
// - What a drift saga took is owed to nobody: somebody else gave it after the person had left. What they had before is in the leaver's snapshots.
// - What a system took and had not finished may still be there, and go later: it is put back all the same.
// - A deleted account is owed where its system keeps what is deleted, and only if a deletion of ours took it.
// - The earliest snapshot of an account counts: what a second saga found is what the first one had left.

/// <summary>What sagas took from a person, and what of that can be put back.</summary>
public sealed class OwedAccess
{
    private readonly Dictionary<SystemName, Dictionary<string, AccountSnapshot>> accounts = [];
    private readonly List<NotRestored> lost = [];

    private OwedAccess()
    {
    }

    /// <summary>By system: the accounts as they shall be again. <see cref="AccountSnapshot.Enabled"/> false means: leave that as it is.</summary>
    public IReadOnlyList<AccountSnapshot> On(SystemName system) => accounts.TryGetValue(system, out var owed) ? [.. owed.Values] : [];

    public IEnumerable<SystemName> Systems => accounts.Where(a => a.Value.Count > 0).Select(a => a.Key);

    /// <summary>What was done, or may have been, and cannot be put back.</summary>
    public IReadOnlyList<NotRestored> Lost => lost;

    public bool IsNothing => lost.Count == 0 && !Systems.Any();

    public static OwedAccess Of(IReadOnlyList<CutSaga> cuts)
    {
        var owed = new OwedAccess();
        foreach (var cut in cuts.Where(c => c.Saga.Kind is not SagaKind.Drift).OrderBy(c => c.Saga.PlannedAt))
        {
            foreach (var step in cut.Saga.Steps)
            {
                owed.Add(cut, step);
            }
        }

        return owed;
    }

    private void Add(CutSaga cut, Step step)
    {
        var isUnfinished = step is { Outcome: Outcome.Accepted, Status: not StepStatus.Succeeded };
        IReadOnlyList<AccountSnapshot> snapshots = [.. cut.Snapshots.GetValueOrDefault(step.Id, []).Select(s => isUnfinished ? s with { Unfinished = true } : s)];
        if (step.Action is StepAction.RestoreAccount)
        {
            if (step.Status is not StepStatus.Succeeded)
            {
                Owe(step, snapshots);
            }

            return;
        }

        if (!step.MayHaveChanged)
        {
            return;
        }

        switch (step.Action)
        {
            case StepAction.DisableAccount when snapshots.Count > 0:
                Owe(step, snapshots.Select(s => s with { Entitlements = [] }));
                break;
            case StepAction.RemoveEntitlements when snapshots.Count > 0:
                Owe(step, snapshots.Select(s => s with { Enabled = false }));
                break;
            case StepAction.DeleteAccount:
                Delete(step, snapshots);
                break;
            default:
                Lose(step);
                break;
        }
    }

    /// <summary>Of an account that is gone nothing is owed any more; one that its system keeps is owed as it was when it was deleted, and what was taken from it before.</summary>
    private void Delete(Step step, IReadOnlyList<AccountSnapshot> snapshots)
    {
        var kept = snapshots.Where(snapshot => snapshot.Recoverable).ToList();
        if (step.Status is StepStatus.Succeeded && accounts.TryGetValue(step.System, out var owed))
        {
            accounts[step.System] = owed.Where(account => kept.Exists(one => one.AccountId == account.Key)).ToDictionary(StringComparer.Ordinal);
        }

        Owe(step, kept);
        if (kept.Count == 0 || kept.Count < snapshots.Count || step.Status is not StepStatus.Succeeded)
        {
            Lose(step);
        }
    }

    private void Owe(Step step, IEnumerable<AccountSnapshot> snapshots)
    {
        if (!accounts.TryGetValue(step.System, out var owed))
        {
            accounts[step.System] = owed = new Dictionary<string, AccountSnapshot>(StringComparer.Ordinal);
        }

        foreach (var snapshot in snapshots)
        {
            owed[snapshot.AccountId] = owed.TryGetValue(snapshot.AccountId, out var before)
                ? before with { Enabled = before.Enabled || snapshot.Enabled, Entitlements = [.. before.Entitlements.Union(snapshot.Entitlements)], Attributes = Earliest(before.Attributes, snapshot.Attributes), Names = Earliest(before.Names, snapshot.Names), Unfinished = before.Unfinished || snapshot.Unfinished, Recoverable = before.Recoverable || snapshot.Recoverable }
                : snapshot;
        }
    }

    private static Dictionary<string, string> Earliest(IReadOnlyDictionary<string, string> earlier, IReadOnlyDictionary<string, string> later)
        => later.Concat(earlier).GroupBy(a => a.Key, StringComparer.Ordinal).ToDictionary(a => a.Key, a => a.Last().Value, StringComparer.Ordinal);

    /// <summary>Whether sessions ended or not, nobody has to do anything: the person signs in.</summary>
    private void Lose(Step step)
        => lost.Add(Unclear(step) is { } why
            ? new NotRestored(step.System, step.Action, why) { IsUnclear = step.Action is not StepAction.RevokeSessions }
            : new NotRestored(step.System, step.Action, Done(step)));

    private static string? Unclear(Step step)
        => step switch
        {
            { Status: not StepStatus.Succeeded, Outcome: null } => "It was sent and no answer came: look whether it was done.",
            { Status: not StepStatus.Succeeded } => "It did not succeed and may have been done in part: look.",
            { Code: Step.AfterRetry, Action: StepAction.DisableAccount or StepAction.RemoveEntitlements } => "An attempt did it whose report never came, so there is no record of how it was before: look.",
            _ => null,
        };

    private static string Done(Step step)
        => step switch
        {
            { Action: StepAction.RevokeSessions } => "The sessions have ended: the person signs in again.",
            { Action: StepAction.RevokeCredentials } => "Passwords and keys stopped working: the person needs new ones.",
            { Action: StepAction.TransferData } => "What the account owned belongs to somebody else now.",
            { Action: StepAction.DeleteAccount } => "The account is gone: it has to be created anew.",
            { Action: StepAction.ManualTask } => "A person did it, and a person must undo it.",
            _ => "It was settled by hand, so there is no record of how it was before.",
        };
}
