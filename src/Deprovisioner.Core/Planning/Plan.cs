using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Planning;

/// <summary>What will happen to one person: immutable, ordered, and frozen in the saga that runs it.</summary>
public sealed record Plan
{
    public required string Policy { get; init; }

    /// <summary>The configuration's version that made it.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>When access ends, UTC.</summary>
    public required DateTimeOffset EffectiveAt { get; init; }

    /// <summary>From what <see cref="EffectiveAt"/> was worked out, for the audit.</summary>
    public required string EffectiveBasis { get; init; }

    public required bool Urgent { get; init; }

    public required IReadOnlyList<PlannedStage> Stages { get; init; }

    /// <summary>In the order in which each system's lane runs them.</summary>
    public required IReadOnlyList<PlannedStep> Steps { get; init; }

    /// <summary>Of a restore: what was done and cannot be put back.</summary>
    public IReadOnlyList<NotRestored> NotRestored { get; init; } = [];

    /// <summary>SHA-256 over stages and steps, lower-case hex: what an approval is bound to, and so not whether it was given.</summary>
    public string Hash()
    {
        var text = new StringBuilder();
        foreach (var stage in Stages)
        {
            Write(text, "stage", stage.Name, Ticks(stage.After), Ticks(stage.Within), stage.ApprovalRequired ? "approval" : null);
        }

        foreach (var step in Steps)
        {
            Write(text, "step", step.Stage.ToString(CultureInfo.InvariantCulture), step.System.Value, EnumText.Of(step.Action), step.Instruction);
            if (step.Owner is not null || step.Reversible is not null || step.Needs.Count > 0)
            {
                // Only where it says more, so that the hash of a plan that does not stays what it was.
                Write(text, "more", step.Owner, step.Reversible?.ToString(), string.Join(',', step.Needs));
            }

            if (step.Selection is { } selection)
            {
                Write(text, ["selection", EnumText.Of(selection.Unexplained), "remove", .. selection.Remove, "keep", .. selection.Keep]);
            }

            foreach (var account in step.Restores)
            {
                Write(text, ["account", account.AccountId, account.Enabled ? "enabled" : null, .. account.Entitlements.Order(StringComparer.Ordinal)]);
                if (account.Recoverable)
                {
                    Write(text, ["recovered"]);
                }
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Each text with its length before it, so that no instruction can be written that reads like another plan's steps.</summary>
    private static void Write(StringBuilder text, params ReadOnlySpan<string?> fields)
    {
        foreach (var field in fields)
        {
            text.Append(field is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{field.Length}:{field}"));
        }
    }

    private static string? Ticks(TimeSpan? span) => span?.Ticks.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A stage of a plan.</summary>
/// <param name="Ordinal">0 for the first.</param>
/// <param name="Name"><c>contain</c>, <c>revoke</c>, <c>handover</c>, <c>retire</c>.</param>
/// <param name="After">Opens not before the effective time plus this.</param>
/// <param name="Within">Its deadline, counted from the effective time plus <paramref name="After"/>; null: none.</param>
/// <param name="ApprovalRequired">Whether a person must agree before it opens.</param>
/// <param name="Approved">Whether a person did.</param>
/// <param name="DeadlineMissedAt">When it was decided that the deadline had passed before every step succeeded, UTC; null: it has not.</param>
/// <param name="ApprovedHash">For exactly what: <see cref="Sagas.StageApproval.HashOf"/>; null where it was not approved.</param>
public sealed record PlannedStage(
    int Ordinal, string Name, TimeSpan After, TimeSpan? Within, bool ApprovalRequired, bool Approved = false, DateTimeOffset? DeadlineMissedAt = null, string? ApprovedHash = null);

/// <summary>A step of a plan.</summary>
/// <param name="Ordinal">0 for the first of the saga.</param>
/// <param name="Stage">The ordinal of its stage.</param>
/// <param name="Selection">For <see cref="StepAction.RemoveEntitlements"/>: which of them; null: all.</param>
public sealed record PlannedStep(int Ordinal, int Stage, SystemName System, StepAction Action, string? Instruction, EntitlementSelection? Selection = null)
{
    /// <summary>Who is asked, for <see cref="StepAction.ManualTask"/>; null: the system's owner.</summary>
    public string? Owner { get; init; }

    /// <summary>What the policy says; null: what the action is by itself (<see cref="Reversibility.Of"/>).</summary>
    public Reversibility? Reversible { get; init; }

    /// <summary>Ordinals, all lower than this step's, of those that must have succeeded before it starts.</summary>
    public IReadOnlyList<int> Needs { get; init; } = [];

    /// <summary>For <see cref="StepAction.RestoreAccount"/>: the accounts as they shall be again.</summary>
    public IReadOnlyList<AccountSnapshot> Restores { get; init; } = [];

    /// <summary>
    /// True for what destroys: it waits until everything before it succeeded. Ending sessions and credentials cannot be undone
    /// either, but that is containment: it must not wait for another system.
    /// </summary>
    public static bool Destroys(StepAction action) => action is StepAction.DeleteAccount or StepAction.TransferData;
}

/// <summary>Something that a saga did, and that a restore cannot put back.</summary>
/// <param name="System">Where.</param>
/// <param name="Action">What was done, or may have been.</param>
/// <param name="Why">One sentence for a person.</param>
public sealed record NotRestored(SystemName System, StepAction Action, string Why)
{
    /// <summary>Nobody knows whether there is something to put back, or what: a person has to look.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsUnclear { get; init; }
}
