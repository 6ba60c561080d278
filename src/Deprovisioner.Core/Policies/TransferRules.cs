using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>
/// What only policies for <c>transferred</c> may say, and what they may not. Who moves stays: disabling or deleting the account, ending its
/// sessions or its credentials would cut what the new assignment justifies, so only entitlements are taken away, one by one.
/// </summary>
internal static class TransferRules
{
    public const string EventName = "transferred";

    private static readonly string[] Keys = ["grace", "unexplained"];

    private const string Remedy = "write remove-entitlements, or manual-task";

    /// <summary>The policy's <c>grace</c> and <c>unexplained</c>; a fault each where the policy is for another event.</summary>
    public static (TimeSpan Grace, UnexplainedEntitlements Unexplained) Read(YamlFields policy, IReadOnlyList<string>? events)
    {
        if (events?.Contains(EventName) == false)
        {
            foreach (var key in Keys.Where(key => policy.Take(key) is not null))
            {
                policy.Refuse(key, $"'{key}' is for policies for {EventName} only", "take it away");
            }

            return default;
        }

        var grace = policy.Span("grace", TimeSpan.Zero, Durations.Longest) ?? TimeSpan.Zero;
        var word = policy.Text("unexplained", "review");
        if (!EnumText.TryParse<UnexplainedEntitlements>(word ?? "keep", out var unexplained))
        {
            policy.Refuse("unexplained", $"{Shown.Quoted(word!)} is not known here", Suggestion.Remedy(word!, EnumText.All<UnexplainedEntitlements>()));
        }

        return (grace, unexplained);
    }

    /// <param name="system">As the step names it; null where that is at fault.</param>
    /// <param name="granting">The systems on which any role grants anything.</param>
    public static void CheckAction(YamlFields step, StepAction action, string? system, IReadOnlySet<string> granting)
    {
        if (action is not (StepAction.RemoveEntitlements or StepAction.ManualTask))
        {
            step.Refuse("action", $"a policy for {EventName} does no {EnumText.Of(action)}: who moves keeps the account, and what the new assignment justifies", Remedy);
        }
        else if (action is StepAction.RemoveEntitlements && granting.Count == 0)
        {
            step.Refuse("action", "there are no roles, so a transfer takes nothing away", "describe under roles what each assignment gives");
        }
        else if (action is StepAction.RemoveEntitlements && system is not null and not "*" && !granting.Contains(system))
        {
            step.Refuse("system", $"no role grants anything on {system}, so a transfer takes nothing away there", "let the roles say what each assignment gives there, or take the step away");
        }
    }
}
