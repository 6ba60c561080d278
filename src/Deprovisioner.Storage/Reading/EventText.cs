using Deprovisioner.Storage.Model;

namespace Deprovisioner.Storage.Reading;

/// <summary>An accepted event as people see it.</summary>
internal static class EventText
{
    public static EventLine Line(InboxEntity e)
        => new(e.InboxId, e.Source, e.EventId, e.Type, e.PersonId, e.EmploymentId, e.EventAt, e.ReceivedAt, e.Verdict, e.Reason, e.SagaId, e.Deliveries, e.DismissedBy, e.DismissedWhy, e.DismissedAt, e.Sender);
}
