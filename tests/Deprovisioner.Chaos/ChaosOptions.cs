using System.Globalization;

namespace Deprovisioner.Chaos;

/// <param name="Seed">Decides who does what when, and what goes wrong.</param>
/// <param name="During">How long faults are injected.</param>
/// <param name="People">How many work here.</param>
/// <param name="Logs">Where the workers' logs go in the end; null: only where something was wrong, to a folder that is named.</param>
internal sealed record ChaosOptions(int Seed, TimeSpan During, int People, string? Logs)
{
    public const string Usage = """
        Usage: ./tests/chaos.sh [--seed N] [--minutes M] [--people N] [--logs FOLDER]

        Starts PostgreSQL, RabbitMQ, three systems with accounts and five worker processes on free ports of 127.0.0.1, publishes HR events, injects faults for M minutes,
        heals them, waits until all is quiet, and compares every account, saga, message and audit row with a simple model. Exit code 0: as the model says; 1: not.

          --seed N       decides who does what when and what goes wrong, as far as the machine's speed does not (default: one of chance, printed)
          --minutes M    how long faults are injected; 0.8 or 5 (default 1)
          --people N     how many people have accounts (default: 60 and 50 more for each minute)
          --logs FOLDER  keep what the workers print there; else it is kept only where something was wrong
          --help         this text
        """;

    /// <exception cref="FormatException">Wrong usage; the message says what.</exception>
    public static ChaosOptions Of(IReadOnlyList<string> arguments, int seedOfChance)
    {
        var values = new Dictionary<string, string>();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var known = arguments[i] is "--seed" or "--minutes" or "--people" or "--logs";
            values[arguments[i]] = known && i + 1 < arguments.Count ? arguments[i + 1] : throw new FormatException(known ? $"{arguments[i]} needs a value." : $"There is no option '{arguments[i]}'.");
        }

        var minutes = Number(values, "--minutes", 1);
        return minutes is > 0 and <= 600
            ? new ChaosOptions(
                (int)Number(values, "--seed", seedOfChance), TimeSpan.FromMinutes(minutes), (int)Number(values, "--people", 60 + Math.Floor(50 * minutes)), values.GetValueOrDefault("--logs"))
            : throw new FormatException("--minutes is more than 0 and at most 600.");
    }

    private static double Number(Dictionary<string, string> values, string name, double otherwise)
        => !values.TryGetValue(name, out var text) ? otherwise
            : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number
            : throw new FormatException($"{name} is a number, and not '{text}'.");
}
