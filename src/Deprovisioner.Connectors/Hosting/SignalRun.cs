using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>One attempt at telling a receiver: whom it concerns, whether it may be told, and what came of it. There is no account to find and none to read back.</summary>
internal sealed class SignalRun(SystemSettings settings, ProtectedEntries isProtected, SystemCalls calls, ISignalConnector connector, ISecrets secrets, StepCommand command)
{
    public async Task<StepResult> RunAsync()
    {
        if (command.Action is StepAction.RestoreAccount)
        {
            // Those of whom it was told, whatever they are called by now.
            return await TellAsync([.. command.Snapshots.Where(s => s.Enabled).Select(s => s.AccountId).Distinct(StringComparer.Ordinal)]);
        }

        if (!command.Facts.TryGetValue(connector.Subject, out var subject) || string.IsNullOrWhiteSpace(subject))
        {
            return StepResult.Of(Outcome.Rejected, "no-match-value", $"{connector.Subject} is not known of this person, so {settings.Name} cannot be told whom it concerns.");
        }

        return command.SharedFacts.Contains(connector.Subject)
            ? StepResult.Of(Outcome.Ambiguous, "ambiguous", $"{connector.Subject} is another active person's too: {settings.Name} would take it for theirs.")
            : await TellAsync([subject]);
    }

    private async Task<StepResult> TellAsync(IReadOnlyList<string> subjects)
    {
        var results = new List<AccountResult>();
        foreach (var subject in subjects)
        {
            results.Add(await TellAsync(subject, subjects.Count == 1 ? command.StepId.ToString() : $"{command.StepId}.{results.Count}"));
        }

        return results.Count == 0
            ? StepResult.Of(Outcome.Already, message: $"{settings.Name} was told of nothing that is to be taken back.")
            : new StepResult(StepGrade.Worst(results.Select(r => r.Grade)), results);
    }

    private async Task<AccountResult> TellAsync(string subject, string id)
    {
        if (command.Action is not StepAction.RestoreAccount && isProtected.Covering(settings.Name, [subject]) is { } pattern)
        {
            return new AccountResult(new StepGrade(Outcome.Rejected, ProtectedEntries.AccountCode, $"The account is protected by '{pattern}': nobody is told anything of it while that stands in the configuration."));
        }

        if (settings.Observe || command.Observe || command.Probe)
        {
            return new AccountResult(new StepGrade(Outcome.Observed, "observe", $"{EnumText.Of(command.Action)} would be told{(command.Probe ? "" : $"; {settings.Name} {(settings.Observe ? "is" : "was")} only observed")}."));
        }

        var answer = await calls.TellAsync(connector, new Signal(id, command.SagaId, command.Action, subject, command.Pending));
        var grade = answer.Fault is { } fault ? StepGrade.Of(fault) : StepGrade.Told(answer.Value);
        return new AccountResult(grade)
        {
            Evidence = new AccountEvidence(subject, Facets.Text(subject, secrets), new Dictionary<string, string>(), new Dictionary<string, string> { ["signal"] = id }),
            Snapshot = command.Action is StepAction.DisableAccount && MayHaveIt(grade.Outcome) ? new AccountSnapshot(subject, subject, Enabled: true, [], new Dictionary<string, string>()) : null,
        };
    }

    private static bool MayHaveIt(Outcome outcome) => outcome is Outcome.Changed or Outcome.Accepted or Outcome.Indeterminate;
}
