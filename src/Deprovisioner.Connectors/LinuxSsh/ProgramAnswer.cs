namespace Deprovisioner.Connectors.LinuxSsh;

/// <summary>A whole answer of the program: its lines between the greeting and the end.</summary>
internal sealed class ProgramAnswer
{
    private const string Greeting = "deprovisioner-account ";
    private const string End = "end";

    private ProgramAnswer(IReadOnlyList<(string Key, string Value)> lines) => Lines = lines;

    public IReadOnlyList<(string Key, string Value)> Lines { get; }

    /// <summary>Whether it was the program that spoke, of whatever version.</summary>
    public static bool IsGreeted(string output) => output.StartsWith(Greeting, StringComparison.Ordinal);

    /// <summary>The answer; null where it broke off, or is of another version.</summary>
    public static ProgramAnswer? Parse(string output)
    {
        var lines = output.Split('\n');
        return lines.Length >= 3 && lines[0] == $"{Greeting}{AccountProgram.Version}" && lines[^2] == End && lines[^1].Length == 0
            ? new ProgramAnswer([.. lines[1..^2].Select(Line)])
            : null;
    }

    /// <summary>The value of a key; empty where it is not told.</summary>
    public string this[string key] => Lines.FirstOrDefault(line => line.Key == key).Value ?? "";

    public IEnumerable<string> All(string key) => Lines.Where(line => line.Key == key).Select(line => line.Value);

    /// <summary>The lines of each account, each beginning with its id.</summary>
    public IEnumerable<ProgramAnswer> Accounts()
    {
        for (var (from, next) = (0, 0); from < Lines.Count; from = next)
        {
            for (next = from + 1; next < Lines.Count && Lines[next].Key != "account"; next++)
            {
            }

            if (Lines[from].Key == "account")
            {
                yield return new ProgramAnswer([.. Lines.Skip(from).Take(next - from)]);
            }
        }
    }

    private static (string Key, string Value) Line(string line)
        => line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space ? (line[..space], line[(space + 1)..]) : (line, "");
}
