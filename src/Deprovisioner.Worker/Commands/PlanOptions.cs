using System.CommandLine;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Commands;

/// <summary>The options of <c>plan</c>: an event that nobody has sent. What is not said of it is as the registry has it.</summary>
internal sealed class PlanOptions
{
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
            if (!PlanQuestion.GivesAnAssignment.Contains(name) && Array.Find(assignment, IsGiven) is { } stray)
            {
                parsed.AddError($"{stray.Name} is for --event {string.Join(", ", PlanQuestion.GivesAnAssignment)}.");
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

    /// <summary>The event that the options tell of.</summary>
    public PlanQuestion Question(ParseResult parsed, string person)
        => new(person, parsed.GetValue(kind), parsed.GetValue(employment), parsed.GetValue(reason), parsed.GetValue(lastDay), parsed.GetValue(at), parsed.GetValue(urgent))
        {
            Department = parsed.GetValue(department),
            Title = parsed.GetValue(title),
            Location = parsed.GetValue(location),
            WorkerType = parsed.GetValue(workerType),
            Manager = parsed.GetValue(manager),
            Email = parsed.GetValue(email),
            UserName = parsed.GetValue(userName),
            Source = parsed.GetValue(source)!,
        };
}
