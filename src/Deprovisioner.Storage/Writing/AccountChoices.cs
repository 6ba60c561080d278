using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Reading;
using Npgsql;

namespace Deprovisioner.Storage.Writing;

/// <summary>What people say of accounts that a step could not tell apart, in one transaction.</summary>
internal sealed class AccountChoices
{
    /// <summary>The kind of the request.</summary>
    public const string Kind = "choose";

    private const int MostCandidates = 50;
    private const int MostOfAName = 500;

    private readonly Dictionary<Guid, (string System, IReadOnlyList<AccountCandidate> Candidates)> offered = [];
    private readonly List<(Saga Saga, string System, string Account, OperatorAct Act)> others = [];

    /// <summary>Of a report: what a person may choose among; null: nothing. What cannot be kept as an account's id cannot be chosen.</summary>
    public static string? Text(StepReport report)
    {
        var candidates = report is { Outcome: Outcome.Ambiguous, Code: Step.AmbiguousAccount }
            ? report.Evidence.Where(e => ReportedText.IsKey(e.AccountId)).Take(MostCandidates).Select(e => new AccountCandidate(e.AccountId, StoredText.Of(e.Name, MostOfAName)!)).ToList()
            : [];
        return candidates.Count == 0 ? null : JsonSerializer.Serialize(candidates, JsonSerializerOptions.Web);
    }

    /// <summary>As <see cref="Text"/> wrote it.</summary>
    public static IReadOnlyList<AccountCandidate> Read(string? json) => json is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<AccountCandidate>>(json, JsonSerializerOptions.Web)!;

    /// <summary>Hardly any step has candidates: a statement of its own, where there are some to write.</summary>
    public static void Offer(SqlBatch batch, IEnumerable<KeyValuePair<StepId, string>> candidates)
    {
        var found = candidates.ToList();
        if (found.Count > 0)
        {
            batch.Add(
                "update steps s set candidates = t.c from unnest($1, $2) as t(id, c) where s.step_id = t.id",
                Sql.Uuids(found.Select(f => f.Key.Value)), Sql.Jsons(found.Select(f => f.Value)));
        }
    }

    /// <summary>Behind the sagas' locks.</summary>
    public async Task Load(NpgsqlConnection connection, NpgsqlTransaction transaction, IEnumerable<OperatorAct> acts, CancellationToken cancellationToken)
    {
        var steps = acts.Where(act => act.Kind == Kind).Select(act => act.Step).OfType<Guid>().ToList();
        if (steps.Count > 0)
        {
            using var batch = new SqlBatch(connection, transaction);
            batch.Add("select step_id, system, candidates from steps where step_id = any($1)", Sql.Uuids(steps));
            await batch.Read([row => offered[row.GetGuid(0)] = (row.GetString(1), Read(row.Text(2)))], cancellationToken);
        }
    }

    /// <summary>Who asks names those that are theirs; all others that were found are not, as far as this saga goes: in a later one it is asked again.</summary>
    public FactAnswer Decide(Work work, OperatorAct act, Saga saga)
    {
        var chosen = JsonSerializer.Deserialize<Choice>(act.Details!, JsonSerializerOptions.Web)!.Accounts;
        var (system, candidates) = offered.GetValueOrDefault(act.Step ?? Guid.Empty, ("", []));
        if (candidates.Count == 0)
        {
            return new FactAnswer("refused", "There is nothing to choose among: the step found no accounts that it could not tell apart.", saga.Id);
        }

        if (chosen.FirstOrDefault(id => !candidates.Any(c => c.Id == id)) is { } unknown)
        {
            return new FactAnswer("refused", $"{unknown} is none of the accounts that were found: {string.Join(", ", candidates.Select(c => c.Id))}.", saga.Id);
        }

        var rest = candidates.Select(c => c.Id).Except(chosen).ToList();
        var decision = SagaTransitions.Next(saga, new SagaInput.ChooseAccounts(new StepId(act.Step!.Value), chosen, rest, new Act(act.Who, act.Why)), work.Now);
        if (decision.Refusal is { } refusal)
        {
            return new FactAnswer("refused", refusal, saga.Id);
        }

        work.Take(decision);
        work.FoundAccounts.AddRange(chosen.Select(id => (saga.PersonId, new KnownAccount(new SystemName(system), id))));
        others.AddRange(rest.Select(id => (saga, system, id, act)));
        return new FactAnswer("done", $"{chosen.Count} of {candidates.Count} accounts are theirs; what waited for that is tried again.", saga.Id);
    }

    public void Save(SqlBatch batch, DateTimeOffset now)
    {
        foreach (var (saga, system, account, act) in others)
        {
            batch.Add(
                "insert into others_accounts (person_id, system, account_id, said_by, why, said_at, saga_id) values ($1, $2, $3, $4, $5, $6, $7)",
                Sql.Text(saga.PersonId.Value), Sql.Text(system), Sql.Text(account), Sql.Text(act.Who), Sql.Text(act.Why), Sql.Time(now), Sql.Uuid(saga.Id.Value));
        }
    }

    /// <summary>The request's details.</summary>
    internal sealed record Choice(IReadOnlyList<string> Accounts);
}
