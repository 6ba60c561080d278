using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Commands;

/// <summary>What reading the accounts of somebody who left again has shown, in words.</summary>
internal static class DriftWords
{
    public static void Print(DriftView drift)
    {
        Terminal.Line($"accounts read again: {(drift.AskedAt is { } at ? TimeText.Of(at) : "not yet")}; next {(drift.NextAt is { } next ? TimeText.Of(next) : "none")}{(drift.Why is null ? "" : $". {drift.Why}")}");
        foreach (var answer in drift.Answers)
        {
            Terminal.Line($"  {answer.System} {answer.Action}, looked at again {TimeText.Of(answer.At)}: {answer.Says}");
        }
    }
}
