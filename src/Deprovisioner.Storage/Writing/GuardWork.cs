using Deprovisioner.Contracts;

namespace Deprovisioner.Storage.Writing;

/// <summary>What one transaction has loaded for the guard and for approvals, and what it will save of it.</summary>
internal sealed class GuardWork
{
    /// <summary>Of the persons whose approvals are asked about, by person.</summary>
    public Dictionary<string, List<KnownAccount>> Accounts { get; } = [];

    /// <summary>Who asked for what a saga does, by saga.</summary>
    public Dictionary<Guid, List<string>> Askers { get; } = [];

    public Dictionary<long, Announcement> Announcements { get; } = [];

    public List<(OperatorAct Act, NewAnnouncement Announcement)> Announced { get; } = [];

    public Dictionary<long, OperatorAct> ApprovedAnnouncements { get; } = [];

    /// <summary>Held events that a person decides about: whether it is still open, by inbox id.</summary>
    public Dictionary<long, HeldEvent> HeldEvents { get; } = [];

    public Dictionary<long, OperatorAct> Dismissed { get; } = [];

    /// <summary>Sagas that a person let pass.</summary>
    public HashSet<Guid> Released { get; } = [];

    public HashSet<string> ResumedSystems { get; } = [];

    public IReadOnlyList<KnownAccount> AccountsOf(PersonId person) => Accounts.GetValueOrDefault(person.Value) ?? [];

    public IReadOnlyList<string> AskersOf(SagaId saga) => Askers.GetValueOrDefault(saga.Value) ?? [];
}

/// <summary>An announced layoff as it stands.</summary>
internal sealed record Announcement(string AskedBy, string? ApprovedBy);

/// <summary>What <c>guard announce</c> says.</summary>
internal sealed record NewAnnouncement(int Size, DateTimeOffset From, DateTimeOffset Until);

/// <summary>An event whose verdict is held.</summary>
internal sealed record HeldEvent(string Source, string EventId, string Person, string? DismissedBy);

/// <summary>What <c>approve</c> says.</summary>
internal sealed record StageToApprove(string? Stage, string Hash);
