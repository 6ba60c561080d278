using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Storage.Writing;

/// <summary>The <c>data</c> of a published event about a saga. Ids and times only.</summary>
internal sealed record SagaNoticeContent(
    Guid SagaId, string Kind, string PersonId, string EmploymentId, string Policy, string Status, DateTimeOffset EffectiveAt, DateTimeOffset? ContainedAt, DateTimeOffset? CompletedAt)
{
    public static SagaNoticeContent Of(Saga saga)
        => new(saga.Id.Value, EnumText.Of(saga.Kind), saga.PersonId.Value, saga.EmploymentId.Value, saga.Policy, EnumText.Of(saga.Status), saga.EffectiveAt, saga.ContainedAt, saga.CompletedAt);
}
