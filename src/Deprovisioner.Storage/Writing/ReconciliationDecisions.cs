using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Reconciling;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Storage.Writing;

/// <summary>Carries what concerns reconciliations to the core.</summary>
internal sealed class ReconciliationDecisions(Work work, Configuration configuration)
{
    public const string Reconcile = "reconcile";
    public const string CancelReconciliation = "reconcile-cancel";

    private readonly ReconciliationWork runs = work.Reconciliations;

    public FactAnswer Listed(AccountsListed listed)
    {
        if (!runs.Runs.TryGetValue(listed.ReconciliationId.Value, out var run) || run.System != listed.System)
        {
            return new FactAnswer("refused", "No such reconciliation on this system.");
        }

        if (listed.Fault is { } fault)
        {
            return Take(ReconciliationTransitions.Failed(run, listed.Page, ReportedText.Storable(fault), work.Now));
        }

        if (!runs.Pages.TryGetValue(run.Id.Value, out var page) || listed.Page != run.Page)
        {
            return new FactAnswer("recorded", "Late: another page is asked for, or none.");
        }

        var settings = SettingsOf(run.System.Value);
        var terms = new ReconciliationTerms(run.System, settings?.Canary, configuration.Protected, configuration.Defaults.Bridge);
        var accounts = page.Accounts.Select(account => AccountClassification.Of(account, page.OwnersOf(account.AccountId), terms, work.Now)).ToList();
        return Take(ReconciliationTransitions.Read(
            run, listed.Page, accounts, listed.NextCursor, page.Elsewhere, new ListExpectation(settings?.Canary is not null, page.LastComplete), work.Now));
    }

    public FactAnswer Due(SystemName system)
        => configuration.Reconcile is { } settings && settings.IsDue(runs.LastBegun.TryGetValue(system.Value, out var last) ? last : null, work.Now)
            ? Begin(system.Value, new Act("schedule", $"reconcile every {Durations.Text(settings.Every)}"), shrunkIsRight: false, act: null)
            : new FactAnswer("recorded", "Its time has not come, or another process began it.");

    public FactAnswer Stalled(Fact.ReconciliationStalled stalled)
        => runs.Runs.TryGetValue(stalled.Run.Value, out var run) ? Take(ReconciliationTransitions.Stalled(run, stalled.Why, work.Now)) : new FactAnswer("recorded", "No such reconciliation.");

    public FactAnswer Act(OperatorAct act)
    {
        var said = Said(act);
        if (act.Kind == Reconcile)
        {
            return Begin(act.System ?? "", new Act(act.Who, act.Why), said.ShrunkIsRight, act.Id);
        }

        return said.Run is { } id && runs.Runs.TryGetValue(id, out var run)
            ? Take(ReconciliationTransitions.Cancel(run, new Act(act.Who, act.Why), work.Now))
            : new FactAnswer("refused", "No such reconciliation.");
    }

    /// <summary>What a request says beside who and why.</summary>
    public static ReconciliationRequest Said(OperatorAct act)
        => act.Details is { } details ? JsonSerializer.Deserialize<ReconciliationRequest>(details, JsonSerializerOptions.Web) ?? new() : new();

    private FactAnswer Begin(string system, Act asked, bool shrunkIsRight, long? act)
    {
        if (SettingsOf(system) is not { Match: not null })
        {
            return new FactAnswer("refused", $"The configuration has no system '{system}' whose accounts can be listed.");
        }

        if (runs.RunningOn(system) is { } running)
        {
            return new FactAnswer("refused", $"One is under way on {system}: {running.Id}.");
        }

        var id = new ReconciliationId(Guid.CreateVersion7(work.Now));
        runs.Begun[id.Value] = act;
        runs.LastBegun[system] = work.Now;
        Take(ReconciliationTransitions.Begin(id, new SystemName(system), asked, shrunkIsRight, work.Now));
        return new FactAnswer("done", $"Reconciliation {id} has begun.");
    }

    private FactAnswer Take(ReconciliationDecision decision)
    {
        if (decision.Refusal is { } refusal)
        {
            return new FactAnswer("refused", refusal);
        }

        runs.Runs[decision.Run.Id.Value] = decision.Run;
        runs.Changed.Add(decision.Run.Id.Value);
        if (decision.Seen is { } seen)
        {
            runs.Seen.Add((decision.Run.Id, seen));
        }

        if (decision.Audit is { } entry)
        {
            work.InstallationAudit.Add(entry);
        }

        return new FactAnswer("done", $"The reconciliation is {EnumText.Of(decision.Run.Status)}.");
    }

    private SystemSettings? SettingsOf(string system) => configuration.Systems.FirstOrDefault(s => s.Name.Value == system);
}

/// <summary>What <c>reconcile</c> and <c>reconcile cancel</c> say.</summary>
internal sealed record ReconciliationRequest(bool ShrunkIsRight = false, Guid? Run = null);
