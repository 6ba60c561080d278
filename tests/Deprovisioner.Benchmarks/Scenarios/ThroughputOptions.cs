using System.CommandLine;
using Deprovisioner.Benchmarks.Measuring;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>How much is measured.</summary>
internal sealed class ThroughputOptions
{
    private readonly Option<int> sagas = new("--sagas") { Description = "How many are measured.", DefaultValueFactory = _ => 20_000 };
    private readonly Option<int> warmUp = new("--warm-up") { Description = "How many before that.", DefaultValueFactory = _ => 8_000 };
    private readonly Option<int> underWay = new("--under-way") { Description = "How many are under way at any time.", DefaultValueFactory = _ => 1_000 };
    private readonly Option<int> conventionalSagas = new("--conventional-sagas") { Description = "How many are measured of the conventional implementation, which is slower.", DefaultValueFactory = _ => 4_000 };
    private readonly Option<int> conventionalWarmUp = new("--conventional-warm-up") { Description = "How many before that.", DefaultValueFactory = _ => 5_000 };
    private readonly Option<int> conventionalUnderWay = new("--conventional-under-way") { Description = "How many of its sagas are under way at any time.", DefaultValueFactory = _ => 200 };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[sagas, warmUp, underWay, conventionalSagas, conventionalWarmUp, conventionalUnderWay])
        {
            command.Add(option);
        }
    }

    public ThroughputRun Read(ParseResult parsed) => new()
    {
        Sagas = parsed.GetValue(sagas),
        WarmUp = parsed.GetValue(warmUp),
        UnderWay = parsed.GetValue(underWay),
        ConventionalSagas = parsed.GetValue(conventionalSagas),
        ConventionalWarmUp = parsed.GetValue(conventionalWarmUp),
        ConventionalUnderWay = parsed.GetValue(conventionalUnderWay),
    };
}
