using System.ComponentModel;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace Deprovisioner.Console.Api;

/// <summary>An event that nobody has sent, as an address tells of it.</summary>
internal sealed class PlanPart
{
    [FromRoute(Name = "id")]
    public string Person { get; set; } = "";

    [FromQuery, Description("hired, transferred, changed, terminated, leave-started, leave-ended or termination-rescinded; absent: the person leaves, under every employment.")]
    public string? Event { get; set; }

    [FromQuery, Description("Absent: the first that has not ended.")]
    public string? Employment { get; set; }

    [FromQuery, Description("The event's reason, such as voluntary, involuntary, misconduct.")]
    public string? Reason { get; set; }

    [FromQuery, Description("The last day; absent: at once.")]
    public DateOnly? LastDay { get; set; }

    [FromQuery, Description("The instant in the place of a day.")]
    public DateTimeOffset? EffectiveAt { get; set; }

    [FromQuery]
    public bool? Urgent { get; set; }

    [FromQuery, Description("For transferred, hired, changed; as the four that follow.")]
    public string? Department { get; set; }

    [FromQuery]
    public string? Title { get; set; }

    [FromQuery]
    public string? Location { get; set; }

    [FromQuery]
    public string? WorkerType { get; set; }

    [FromQuery, Description("The manager's person id.")]
    public string? Manager { get; set; }

    [FromQuery, Description("Where the registry does not know it.")]
    public string? Email { get; set; }

    [FromQuery, Description("Where the registry does not know it.")]
    public string? UserName { get; set; }

    [FromQuery, Description("The event's source.")]
    public string? Source { get; set; }

    /// <exception cref="BadHttpRequestException">There is no such event.</exception>
    internal PlanQuestion Question
        => Event is not null && !PolicyMatcher.EventNames.Contains(Event)
            ? throw new BadHttpRequestException($"event is one of {string.Join(", ", PolicyMatcher.EventNames)}.")
            : new(Person, Event, Employment, Reason, LastDay, EffectiveAt, Urgent ?? false)
            {
                Department = Department,
                Title = Title,
                Location = Location,
                WorkerType = WorkerType,
                Manager = Manager,
                Email = Email,
                UserName = UserName,
                Source = Source ?? "plan",
            };
}
