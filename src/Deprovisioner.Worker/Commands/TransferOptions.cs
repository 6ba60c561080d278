using System.CommandLine;
using Deprovisioner.Contracts;

namespace Deprovisioner.Worker.Commands;

/// <summary>The options of <c>plan --event transferred</c>: the new assignment, what is not said of it being as it is.</summary>
internal sealed class TransferOptions
{
    private const string Terminated = "terminated";
    private const string Transferred = "transferred";

    private readonly Option<string> kind = new("--event") { Description = "terminated, or transferred: to the department, title, location or worker type given.", DefaultValueFactory = _ => Terminated };
    private readonly Option<string?> department = new("--department") { Description = "For a transfer: the new department." };
    private readonly Option<string?> title = new("--title") { Description = "For a transfer: the new title." };
    private readonly Option<string?> location = new("--location") { Description = "For a transfer: the new location." };
    private readonly Option<string?> workerType = new("--worker-type") { Description = "For a transfer: the new worker type." };
    private readonly Option<string?> employment = new("--employment") { Description = "For a transfer: which employment; the first active one unless told." };
    private readonly Option<DateTimeOffset?> at = new("--effective-at") { Description = "For a transfer: when, such as 2026-11-30T09:00:00+01:00; at once unless told." };

    public void AddTo(Command command)
    {
        kind.AcceptOnlyFromAmong(Terminated, Transferred);
        Option[] own = [department, title, location, workerType, employment, at];
        command.Add(kind);
        foreach (var option in own)
        {
            command.Add(option);
        }

        command.Validators.Add(parsed =>
        {
            // By its text: asking for the value of a word that is refused throws.
            if (parsed.GetResult(kind)?.Tokens is null or [] or [{ Value: Terminated }] && own.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } stray)
            {
                parsed.AddError($"{stray.Name} is for --event {Transferred}.");
            }
        });
    }

    public bool IsAskedFor(ParseResult parsed) => parsed.GetValue(kind) == Transferred;

    public PlannedTransfer Of(ParseResult parsed, string? reason, bool urgent)
        => new(
            parsed.GetValue(employment),
            now => now with
            {
                Department = parsed.GetValue(department) ?? now.Department,
                Title = parsed.GetValue(title) ?? now.Title,
                Location = parsed.GetValue(location) ?? now.Location,
                WorkerType = parsed.GetValue(workerType) ?? now.WorkerType,
            },
            parsed.GetValue(at),
            reason,
            urgent);
}

/// <summary>A transfer that nobody has announced.</summary>
/// <param name="Employment">Its id; null: the first active one.</param>
/// <param name="To">The assignment afterwards, from the one before.</param>
/// <param name="At">When; null: now.</param>
internal sealed record PlannedTransfer(string? Employment, Func<Assignment, Assignment> To, DateTimeOffset? At, string? Reason, bool Urgent);
