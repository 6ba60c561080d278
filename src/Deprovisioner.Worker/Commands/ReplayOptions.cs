using System.CommandLine;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Replaying;

namespace Deprovisioner.Worker.Commands;

/// <summary>Which failed steps <c>replay</c> is about.</summary>
internal sealed class ReplayOptions
{
    private readonly Argument<Guid[]> ids = new("STEP|SAGA") { Arity = ArgumentArity.ZeroOrMore, Description = "Failed steps, or sagas: then each of their failed steps." };
    private readonly Option<string?> system = new("--system") { Description = "Only steps on this system." };
    private readonly Option<string?> code = new("--code") { Description = "Only steps that failed with this code; of those without one, with this outcome." };
    private readonly Option<string?> action = new("--action") { Description = "Only steps with this action." };
    private readonly Option<string?> policy = new("--policy") { Description = "Only sagas of this policy." };
    private readonly Option<string?> kind = new("--kind") { Description = "Only sagas of this kind, such as leaver." };
    private readonly Option<string?> person = new("--person") { Description = "Only this person's sagas." };
    private readonly Option<DateTimeOffset?> since;
    private readonly Option<DateTimeOffset?> olderThan;

    /// <param name="now">From when spans of time count back.</param>
    public ReplayOptions(DateTimeOffset now)
    {
        since = TimeOptions.TimeOrSpan("--since", "Only what failed since then", now);
        olderThan = TimeOptions.Span("--older-than", "Only what failed longer ago than this span, such as 30m.", now);
        action.AcceptOnlyFromAmong([.. EnumText.All<StepAction>()]);
        kind.AcceptOnlyFromAmong([.. EnumText.All<Core.Sagas.SagaKind>()]);
    }

    private Option[] Filters => [system, code, action, policy, kind, person, since, olderThan];

    public void AddTo(Command command)
    {
        command.Add(ids);
        foreach (var option in Filters)
        {
            command.Add(option);
        }

        command.Validators.Add(parsed =>
        {
            // Of a list of ids System.CommandLine refuses none by itself.
            foreach (var stray in parsed.GetResult(ids)?.Tokens.Where(token => !Guid.TryParse(token.Value, out _)) ?? [])
            {
                parsed.AddError($"'{stray.Value}' is no id of a step or a saga.");
            }

            if (parsed.GetResult(ids) is not { Tokens.Count: > 0 } && !Filters.Any(option => parsed.GetResult(option) is { Implicit: false }))
            {
                parsed.AddError("Say which failed steps: a STEP or SAGA, or --system, --code, --action, --policy, --kind, --person, --since or --older-than.");
            }
        });
    }

    public ReplayFilter Of(ParseResult parsed)
        => new()
        {
            Ids = parsed.GetValue(ids) ?? [],
            System = parsed.GetValue(system),
            Code = parsed.GetValue(code),
            Action = parsed.GetValue(action) is { } said ? EnumText.Parse<StepAction>(said) : null,
            Policy = parsed.GetValue(policy),
            Kind = parsed.GetValue(kind),
            Person = parsed.GetValue(person),
            Since = parsed.GetValue(since),
            Before = parsed.GetValue(olderThan),
        };
}
