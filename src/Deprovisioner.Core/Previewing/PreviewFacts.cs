using Deprovisioner.Contracts;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Core.Previewing;

/// <summary>Everything that a preview may depend on: what the decision itself would see, and what its steps would find.</summary>
/// <param name="Intake">As the decision about the first event would have them.</param>
/// <param name="Guard">As the decision would have it.</param>
/// <param name="Managers">What is known of the managers whom the person's employments and the events name; who is not in it is not known.</param>
/// <param name="IsRecorded">Whether an event with this source and id was recorded before.</param>
public sealed record PreviewFacts(IntakeFacts Intake, GuardLedger Guard, IReadOnlyDictionary<PersonId, PersonAttributes> Managers, bool IsRecorded = false)
{
    /// <summary>What finds accounts (<c>person.email</c>) and is another active person's too: by it alone no account is anybody's.</summary>
    public IReadOnlyList<string> SharedFacts { get; init; } = [];

    /// <summary>The version of the configuration that was taken up last; null: not known.</summary>
    public string? ConfigurationInForce { get; init; }
}
