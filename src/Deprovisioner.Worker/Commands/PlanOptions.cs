using System.CommandLine;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Model;

namespace Deprovisioner.Worker.Commands;

/// <summary>The options of <c>plan</c>: an event that nobody has sent. What is not said of it is as the registry has it.</summary>
internal sealed class PlanOptions
{
    private static readonly string[] GivesAnAssignment = ["transferred", "hired", "changed"];

    private readonly Option<string?> kind = new("--event") { Description = $"{string.Join(", ", PolicyMatcher.EventNames)}; or a file with one event. Unless told: the person leaves, under every employment." };
    private readonly Option<string?> employment = new("--employment") { Description = "Which employment; the first that has not ended unless told. For hired also a new one." };
    private readonly Option<string?> reason = new("--reason") { Description = "The event's reason: voluntary, involuntary, misconduct …" };
    private readonly Option<DateOnly?> lastDay = new("--last-day") { Description = "The day, such as 2026-11-30: the last one of work, or of the contract; at once unless told." };
    private readonly Option<DateTimeOffset?> at = new("--effective-at") { Description = "The instant instead of a day, such as 2026-11-30T09:00:00+01:00." };
    private readonly Option<bool> urgent = new("--urgent") { Description = "As an urgent event." };
    private readonly Option<string?> department = new("--department") { Description = "For transferred, hired, changed: the new department." };
    private readonly Option<string?> title = new("--title") { Description = "For transferred, hired, changed: the new title." };
    private readonly Option<string?> location = new("--location") { Description = "For transferred, hired, changed: the new location." };
    private readonly Option<string?> workerType = new("--worker-type") { Description = "For transferred, hired, changed: the new worker type." };
    private readonly Option<string?> manager = new("--manager") { Description = "For transferred, hired, changed: the new manager's person id." };
    private readonly Option<string?> email = new("--email") { Description = "The person's mail address, where the registry does not know it." };
    private readonly Option<string?> userName = new("--user-name") { Description = "The person's user name, where the registry does not know it." };
    private readonly Option<string> source = new("--source") { Description = "The event's source.", DefaultValueFactory = _ => "plan" };

    public void AddTo(Command command)
    {
        Option[] assignment = [department, title, location, workerType, manager];
        foreach (var option in new Option[] { kind, employment, reason, lastDay, at, urgent }.Concat(assignment).Concat([email, userName, source]))
        {
            command.Add(option);
        }

        command.Validators.Add(parsed =>
        {
            // By their texts: asking for the value of a word that is refused throws.
            var name = parsed.GetResult(kind)?.Tokens is [{ Value: var said }] ? said : null;
            bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };
            if (!GivesAnAssignment.Contains(name) && Array.Find(assignment, IsGiven) is { } stray)
            {
                parsed.AddError($"{stray.Name} is for --event {string.Join(", ", GivesAnAssignment)}.");
            }

            if (IsGiven(lastDay) && IsGiven(at))
            {
                parsed.AddError("--last-day and --effective-at exclude each other.");
            }

            if (name is not null && !PolicyMatcher.EventNames.Contains(name)
                && new Option[] { employment, reason, lastDay, at, urgent, email, userName, source }.FirstOrDefault(IsGiven) is { } beside)
            {
                parsed.AddError($"{beside.Name} goes with a kind of event: an event from a file says all of that itself.");
            }
        });
    }

    /// <summary>The file with an event that was named; null: a kind of event was, or nothing.</summary>
    public string? File(ParseResult parsed) => parsed.GetValue(kind) is { } said && !PolicyMatcher.EventNames.Contains(said) ? said : null;

    /// <summary>The events to be decided; or why there are none.</summary>
    /// <param name="known">The person; null: not in the registry.</param>
    public (IReadOnlyList<HrEvent> Events, string? Obstacle) Events(ParseResult parsed, string id, PersonEntity? known, IReadOnlyList<EmploymentEntity> employments, DateTimeOffset now)
    {
        var name = parsed.GetValue(kind);
        var one = parsed.GetValue(employment);
        var tells = parsed.GetValue(email) is not null || parsed.GetValue(userName) is not null;
        if (employments.Count == 0 && !tells && name != "hired")
        {
            return ([], $"nobody is known by the id {id}. Say who it is with --email or --user-name, or give a file with an event: --event FILE.");
        }

        if (one is not null && employments.Count > 0 && name != "hired" && !employments.Any(e => e.EmploymentId == one))
        {
            return ([], $"{id} has no employment {one}, but {string.Join(", ", employments.Select(e => e.EmploymentId))}.");
        }

        var active = employments.Where(e => e.Status != "terminated" || e.EndsAt > now).ToList();
        var first = one is not null ? employments.FirstOrDefault(e => e.EmploymentId == one) : active.Count > 0 ? active[0] : employments.Count > 0 ? employments[^1] : null;
        EmploymentEntity?[] concerned = one is null && name is null && active.Count > 0 ? [.. active] : [first];
        return ([.. concerned.Select(e => Event(parsed, name ?? "terminated", id, one ?? e?.EmploymentId ?? id, known, e, now))], null);
    }

    private HrEvent Event(ParseResult parsed, string name, string id, string employmentId, PersonEntity? known, EmploymentEntity? current, DateTimeOffset now)
        => new()
        {
            Source = parsed.GetValue(source)!,
            Id = "plan",
            Type = HrEventTypes.All.First(type => PolicyMatcher.EventNameOf(type) == name),
            Time = now,
            PersonId = new PersonId(id),
            EmploymentId = new EmploymentId(employmentId),
            Person = parsed.GetValue(email) is null && parsed.GetValue(userName) is null
                ? null
                : new PersonAttributes(parsed.GetValue(email) ?? known?.Email, parsed.GetValue(userName) ?? known?.UserName, known?.GivenName, known?.FamilyName),
            Assignment = GivesAnAssignment.Contains(name) ? Assignment(parsed, current) : null,
            LastDay = parsed.GetValue(lastDay),
            EffectiveAt = parsed.GetValue(at)?.ToUniversalTime(),
            Reason = parsed.GetValue(reason),
            Urgent = parsed.GetValue(urgent),
        };

    private Assignment? Assignment(ParseResult parsed, EmploymentEntity? now)
        => new[] { department, title, location, workerType, manager }.All(option => parsed.GetValue(option) is null)
            ? null
            : new Assignment(
                parsed.GetValue(department) ?? now?.Department,
                parsed.GetValue(title) ?? now?.Title,
                parsed.GetValue(location) ?? now?.Location,
                (parsed.GetValue(manager) ?? now?.ManagerId) is { } who ? new PersonId(who) : null,
                parsed.GetValue(workerType) ?? now?.WorkerType);
}
