using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Previewing;

/// <summary>What is likely to go wrong with the steps that would run, or is easily overlooked.</summary>
internal sealed class PreviewNotes(Configuration configuration, PreviewFacts facts, Rehearsal rehearsal, DescribedSaga described)
{
    private readonly List<Step> steps = [.. rehearsal.Sagas.Where(s => !s.After.IsOver).SelectMany(s => s.After.Steps).Where(s => !s.IsSettled)];

    public IEnumerable<string> All()
        => [.. Recorded(), .. AnotherConfiguration(), .. Observed(), .. Accounts(), .. Receivers(), .. Deadlines()];

    private IEnumerable<string> Recorded()
        => facts.IsRecorded ? ["An event with this source and id was recorded before: sent again it is a duplicate, and nothing follows. What is shown here would follow from it under another id."] : [];

    private IEnumerable<string> AnotherConfiguration()
        => facts.ConfigurationInForce is { } inForce && inForce != configuration.Version
            ? [$"The configuration in force is another one ({inForce[..Math.Min(12, inForce.Length)]}): the event would be decided by that, unless this file is taken up before."]
            : [];

    private IEnumerable<string> Observed()
    {
        var observed = steps.Select(s => s.System).Distinct().Where(s => Settings(s)?.Observe == true).ToList();
        return observed.Count == 0 ? []
            : steps.All(s => observed.Contains(s.System)) ? ["Every system is only observed: nothing would be changed."]
            : [$"Only observed, so nothing is changed there: {string.Join(", ", observed)}."];
    }

    private IEnumerable<string> Accounts()
    {
        foreach (var system in steps.Where(s => s.Action is not (StepAction.ManualTask or StepAction.RestoreAccount)).Select(s => s.System).Distinct().Select(Settings).OfType<SystemSettings>())
        {
            var accounts = described.AccountsOn(system.Name);
            if (accounts.Count == 0 && system.Match is { } match && described.FoundBy(system) is null)
            {
                yield return $"{system.Name}: {match.Value} is not known of the person, and no account is: no step there would find one, and each would fail (no-match-value).";
            }

            if (accounts.Count == 0 && system.Match is { } shared && facts.SharedFacts.Contains(shared.Value))
            {
                yield return $"{system.Name}: another active person has the same {shared.Value}: an account found by it alone is not touched, and a person decides (ambiguous).";
            }

            if (accounts.Count > 1)
            {
                yield return $"{system.Name}: {accounts.Count} accounts are known, and each step is done to all of them.";
            }

            if (configuration.Protected.Covering(system.Name, accounts) is { } pattern)
            {
                yield return $"{system.Name}: a known account is protected by {Shown.Quoted(pattern)}: it stays untouched, and the steps there fail (protected).";
            }
        }
    }

    private IEnumerable<string> Receivers()
    {
        foreach (var step in steps.Where(s => s.Action is StepAction.TransferData).DistinctBy(s => s.System))
        {
            var to = Settings(step.System)?.Values.GetValueOrDefault("reassignOwnedTo");
            var manager = rehearsal.After.Person?.Employment(rehearsal.Sagas.First(s => s.After.Steps.Contains(step)).After.EmploymentId)?.Assignment?.ManagerId;
            var known = manager is { } id ? facts.Managers.GetValueOrDefault(id) : null;
            if (to is null)
            {
                yield return $"{step.System}: nobody is configured to take over what the person owns (reassignOwnedTo): transfer-data fails (no-receiver).";
            }
            else if ((to == "person.manager.userName" && known?.UserName is null) || (to == "person.manager.email" && known?.Email is null))
            {
                yield return $"{step.System}: {to} is not known ({(manager is null ? "no manager is" : $"manager {Shown.Plain(manager.Value.Value)}")}): transfer-data fails (no-receiver) until HR tells who the manager is.";
            }
        }
    }

    private IEnumerable<string> Deadlines()
        => rehearsal.Sagas.Where(s => !s.After.IsOver).SelectMany(s => s.After.Stages.Where(stage => s.After.Steps.Any(step => step.Stage == stage.Ordinal && !step.IsSettled)).Select(stage => (s.After, Stage: stage)))
            .Where(s => StageDeadlines.Of(s.Stage, s.After.EffectiveAt) < rehearsal.After.Now)
            .Select(s => $"Stage {s.Stage.Name}: its deadline has passed already, which is told at once; work goes on.");

    private SystemSettings? Settings(SystemName system) => configuration.Systems.FirstOrDefault(s => s.Name == system);
}
