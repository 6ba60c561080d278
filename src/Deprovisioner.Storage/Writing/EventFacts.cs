using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Storage.Writing;

/// <summary>What a decision about an event is made of, from what was loaded: the same for those who commit it and for those who only ask.</summary>
internal static class EventFacts
{
    public static IntakeFacts Of(Work work, HrEvent hr)
        => new(
            hr, work.Persons.GetValueOrDefault(hr.PersonId.Value), [.. work.OpenSagasOf(hr.PersonId)], [.. work.CutsOf(hr.PersonId)],
            new SagaId(Guid.CreateVersion7(work.Now)), new SagaId(Guid.CreateVersion7(work.Now)), work.Now);
}
