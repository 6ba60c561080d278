using System.Text;
using System.Text.Json;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Storage.Access;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Asking;

/// <summary>Who asks, and why: both stand in the audit.</summary>
public sealed record Asker(string Who, string Why);

/// <summary>
/// What a person asks an orchestrator to do. The methods here make the requests that there are, one for each kind of act; whether it can be done is the orchestrator's answer.
/// </summary>
/// <param name="Kind">The act's word, such as <c>resolve</c>.</param>
/// <param name="Target">The number of what it is about: an announcement, a held event, a replay.</param>
/// <param name="Details">What else it says, as a JSON object whose form depends on the kind.</param>
public sealed record ActRequest(
    string Kind,
    string Who,
    string Why,
    Guid? SagaId = null,
    Guid? StepId = null,
    string? System = null,
    string? PersonId = null,
    string? Evidence = null,
    long? Target = null,
    string? Details = null)
{
    /// <summary>Settle a step by hand: it failed or a person has it, and it was done outside.</summary>
    /// <param name="evidence">What shows that it is done: a ticket, a name, a date.</param>
    public static ActRequest Resolve(Asker by, Guid step, string evidence) => Of("resolve", by) with { StepId = step, Evidence = evidence };

    /// <summary>Vouch for a task that somebody else has done.</summary>
    /// <param name="evidence">What shows that it was done.</param>
    public static ActRequest Verify(Asker by, Guid step, string evidence) => Of("verify", by) with { StepId = step, Evidence = evidence };

    /// <summary>Go on without a step that failed, or that a person has: it need not be done.</summary>
    public static ActRequest Skip(Asker by, Guid step) => Of("skip", by) with { StepId = step };

    /// <summary>Say which of the accounts that a step could not tell apart are the person's. All others that it found are left alone from then on, and the step is tried again.</summary>
    /// <param name="accounts">Their ids; none: none of them is theirs.</param>
    public static ActRequest Choose(Asker by, Guid step, IReadOnlyList<string> accounts) => Of(AccountChoices.Kind, by, new AccountChoices.Choice(accounts)) with { StepId = step };

    /// <summary>Cancel what a saga has not done yet.</summary>
    public static ActRequest Cancel(Asker by, Guid saga) => Of("cancel", by) with { SagaId = saga };

    /// <summary>Agree to a stage that waits for it. Whoever asked for what the saga does cannot.</summary>
    /// <param name="stage">Its name; null: the first that waits for its approval.</param>
    /// <param name="hash">What was looked at: the hash that <see cref="Reading.ApprovalView"/> gives, of this plan and these accounts.</param>
    public static ActRequest Approve(Asker by, Guid saga, string? stage, string hash) => Of("approve", by, new StageToApprove(stage, hash)) with { SagaId = saga };

    /// <summary>Let a held saga go on where it stood, with the same times.</summary>
    public static ActRequest Release(Asker by, Guid saga) => Of("release", by) with { SagaId = saga };

    /// <summary>Cancel a held saga.</summary>
    public static ActRequest Reject(Asker by, Guid saga) => Of("reject", by) with { SagaId = saga };

    /// <summary>Put a held event aside; what it said of the person stays.</summary>
    /// <param name="inboxId">Its number.</param>
    public static ActRequest Dismiss(Asker by, long inboxId) => Of("dismiss", by) with { Target = inboxId };

    /// <summary>Take in a message from quarantine as it should have been.</summary>
    /// <param name="quarantineId">Its number.</param>
    /// <param name="text">The whole message, corrected: one CloudEvent.</param>
    public static ActRequest Resubmit(Asker by, long quarantineId, string text) => Of(Resubmissions.Kind, by, new CorrectedMessage(Encoding.UTF8.GetBytes(text))) with { Target = quarantineId };

    /// <summary>Ask the guard once more about a saga that is on the way. If it does not pass, it is held.</summary>
    public static ActRequest AskGuard(Asker by, Guid saga) => Of("ask", by) with { SagaId = saga };

    /// <summary>Announce a layoff. It counts once another person approves it.</summary>
    /// <param name="size">At most so many leavers; above 0.</param>
    /// <param name="from">The first instant at which their access ends, UTC.</param>
    /// <param name="until">The first instant behind the last one, UTC.</param>
    public static ActRequest AnnounceLayoff(Asker by, int size, DateTimeOffset from, DateTimeOffset until) => Of("guard-announce", by, new NewAnnouncement(size, from, until));

    /// <summary>Agree to an announced layoff. Whoever announced it cannot.</summary>
    /// <param name="announcement">Its number.</param>
    public static ActRequest ApproveLayoff(Asker by, long announcement) => Of("guard-approve", by) with { Target = announcement };

    /// <summary>Send nothing more to a system until it is resumed.</summary>
    public static ActRequest Pause(Asker by, string system) => Of("pause", by) with { System = system };

    /// <summary>Send to a system again, whatever shut it, and at once.</summary>
    public static ActRequest Resume(Asker by, string system) => Of("resume", by) with { System = system };

    /// <summary>Have a connector host reach a system and say what its credential lacks. What it found stands with the system: see <see cref="Reading.SystemLine.LastCheck"/>.</summary>
    public static ActRequest Check(Asker by, string system) => Of(SystemCheckWork.Kind, by) with { System = system };

    /// <summary>Put a person under a legal hold: nothing of theirs is deleted or handed over until it is lifted.</summary>
    public static ActRequest SetLegalHold(Asker by, string person) => Of("legal-hold-set", by) with { PersonId = person };

    /// <summary>Lift a person's legal hold: what it kept goes on.</summary>
    public static ActRequest LiftLegalHold(Asker by, string person) => Of("legal-hold-lift", by) with { PersonId = person };

    /// <summary>Try failed steps again. The replay's number is that of the act.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="start">When it begins.</param>
    /// <param name="asksAll">Every step is asked about before; else, of more than <see cref="ReplayJob.Sample"/>, a sample over systems and codes.</param>
    public static ActRequest Replay(Asker by, ReplayFilter filter, ReplayStart start, bool asksAll = false) => Of("replay-job", by, new NewReplay(filter, start, asksAll));

    /// <summary>Start a previewed replay, with exactly the steps that it selected.</summary>
    public static ActRequest StartReplay(Asker by, long replay) => Of("replay-start", by) with { Target = replay };

    /// <summary>Let a stopped replay go on: it begins with one again, and with what failed.</summary>
    public static ActRequest ResumeReplay(Asker by, long replay) => Of("replay-resume", by) with { Target = replay };

    /// <summary>End a replay: nothing more is sent.</summary>
    public static ActRequest CancelReplay(Asker by, long replay) => Of("replay-cancel", by) with { Target = replay };

    /// <summary>Compare the accounts of a system with the registry.</summary>
    /// <param name="shrunkIsRight">Believe a list that is far shorter than the last one.</param>
    public static ActRequest Reconcile(Asker by, string system, bool shrunkIsRight) => Of(ReconciliationDecisions.Reconcile, by, new ReconciliationRequest(shrunkIsRight)) with { System = system };

    /// <summary>Stop a reconciliation. What it found stays.</summary>
    public static ActRequest CancelReconciliation(Asker by, Guid run) => Of(ReconciliationDecisions.CancelReconciliation, by, new ReconciliationRequest(Run: run));

    /// <summary>Somebody who is known was refused something: for the audit.</summary>
    /// <param name="asked">The method and the route, without values.</param>
    /// <param name="needs">The roles of which each would have done.</param>
    public static ActRequest AccessRefused(string who, string asked, IReadOnlyList<string> needs) => Of(AccessActs.Refused, new Asker(who, "refused"), new AccessActs.RefusedAccess(asked, needs));

    /// <summary>Give a machine a new key; only the hash of its secret goes into the request.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="roles">See <see cref="AccessRoles"/>.</param>
    /// <param name="expiresAt">UTC.</param>
    public static ActRequest CreateKey(Asker by, ApiKeyText key, string name, IReadOnlyList<string> roles, DateTimeOffset expiresAt)
        => Of(AccessActs.CreateKey, by, new AccessActs.NewKey(key.Id, Convert.ToHexString(key.Hash), name, roles, expiresAt));

    /// <summary>Take a key back.</summary>
    public static ActRequest RevokeKey(Asker by, string keyId) => Of(AccessActs.RevokeKey, by, new AccessActs.OldKey(keyId));

    private static ActRequest Of(string kind, Asker by, object? details = null)
        => new(kind, by.Who, by.Why, Details: details is null ? null : JsonSerializer.Serialize(details, JsonSerializerOptions.Web));
}
