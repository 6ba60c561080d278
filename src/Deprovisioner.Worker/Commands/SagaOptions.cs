using System.CommandLine;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Commands;

/// <summary>Which sagas <c>sagas list</c> is about.</summary>
internal sealed class SagaOptions
{
    private readonly Option<string?> status = new("--status") { Description = "Only these." };
    private readonly Option<string?> kind = new("--kind") { Description = "Only these." };
    private readonly Option<string?> person = new("--person") { Description = "Only this person's." };
    private readonly Option<string?> policy = new("--policy") { Description = "Only those of this policy." };
    private readonly Option<string?> system = new("--system") { Description = "Only those with a step on this system." };
    private readonly Option<bool> urgent = new("--urgent") { Description = "Only urgent ones." };
    private readonly Option<bool> late = new("--late") { Description = "Only those that are not over and have missed a deadline." };
    private readonly Option<DateTimeOffset?> since;
    private readonly Option<DateTimeOffset?> olderThan;

    /// <param name="now">From when spans of time count back.</param>
    public SagaOptions(DateTimeOffset now)
    {
        status.AcceptOnlyFromAmong([.. EnumText.All<SagaStatus>()]);
        kind.AcceptOnlyFromAmong([.. EnumText.All<SagaKind>()]);
        since = TimeOptions.TimeOrSpan("--since", "Only what was planned since then", now);
        olderThan = TimeOptions.Span("--older-than", "Only what was planned longer ago than this span, such as 30d.", now);
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { status, kind, person, policy, system, urgent, late, since, olderThan })
        {
            command.Add(option);
        }
    }

    public SagaFilter Of(ParseResult parsed)
        => new(
            parsed.GetValue(status), parsed.GetValue(kind), parsed.GetValue(person), parsed.GetValue(policy), parsed.GetValue(system), parsed.GetValue(urgent) ? true : null, parsed.GetValue(late) ? true : null,
            parsed.GetValue(since), parsed.GetValue(olderThan));
}
