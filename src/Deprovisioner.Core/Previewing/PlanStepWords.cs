using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Previewing;

/// <summary>What there is to say of a planned step, in words.</summary>
public static class PlanStepWords
{
    public static IEnumerable<string> Of(StepDescription step)
    {
        if (Status(step.Status) is { } status)
        {
            yield return status;
        }

        if (step.Task is { } task)
        {
            yield return $"{Shown.Plain(task.Owner)} within {task.Within}{(task.Instruction is null ? "" : $": {Shown.Quoted(task.Instruction)}")}{(task.Verified ? "; somebody else has to verify it" : "")}";
        }
        else if (step.Restores.Count > 0)
        {
            foreach (var account in step.Restores)
            {
                yield return $"{Shown.Plain(account.Name)} {(account.Recovered ? "is undeleted, and " : "")}gets back {Given(account)}";
            }
        }
        else
        {
            yield return step.Accounts.Count > 0 ? $"account {string.Join(" and ", step.Accounts.Select(Shown.Plain))}" : step.FoundBy is { } by ? $"found by {by}" : "NO ACCOUNT CAN BE FOUND";
        }

        if (step.Selection is { } selection)
        {
            yield return $"takes away {List(selection.Remove)}";
            yield return $"leaves {List(selection.Keep)}";
        }

        if (step.Observed)
        {
            yield return "ONLY OBSERVED, nothing is changed";
        }
        else if (step.Task is null)
        {
            yield return step.Reversible switch
            {
                "yes" => "can be undone",
                "no" => "CANNOT BE UNDONE",
                var span => $"can be undone for {span}",
            };
        }

        if (step.Destroys)
        {
            yield return "waits until everything before it succeeded";
        }
        else if (step.Needs.Count > 0)
        {
            yield return $"waits for {string.Join(" and ", step.Needs.Select(n => $"step {n}"))} to succeed";
        }
    }

    /// <summary>What somebody works as; of what is not known nothing is said.</summary>
    public static string Assignment(Assignment? assignment)
        => string.Join(", ", new[] { assignment?.Department, assignment?.Title, assignment?.Location, assignment?.WorkerType }.OfType<string>().Select(Shown.Plain)) is { Length: > 0 } words ? words : "nothing known";

    public static string Unexplained(UnexplainedEntitlements unexplained)
        => unexplained switch
        {
            UnexplainedEntitlements.Revoke => "is taken away too",
            UnexplainedEntitlements.Review => "stays, and is listed for a person",
            _ => "stays",
        };

    private static string Given(RestoredAccount account)
        => (account.SignIn, account.Entitlements.Count) switch
        {
            (true, 0) => "its sign-in",
            (true, _) => $"its sign-in and {List(account.Entitlements)}",
            (false, 0) => "nothing",
            _ => List(account.Entitlements),
        };

    private static string? Status(StepStatus status)
        => status switch
        {
            StepStatus.InFlight => "under way",
            StepStatus.OpenTask => "a person has it",
            StepStatus.Succeeded => "DONE",
            StepStatus.Failed => "FAILED",
            StepStatus.Cancelled => "will not run",
            _ => null,
        };

    private static string List(IReadOnlyList<string> entitlements) => entitlements.Count == 0 ? "nothing" : string.Join(" and ", entitlements.Select(Shown.Plain));
}
