using Deprovisioner.Core.Policies;
using Xunit.Abstractions;

namespace Deprovisioner.Core.Tests.Policies;

public sealed class ConfigurationFuzzTests(ITestOutputHelper output)
{
    private const int Files = 4_000;

    private static readonly string[] Pieces =
    [
        ":", ": ", "- ", "[", "]", "{", "}", ",", "\"", "'", "&a ", "*a", "!", "!!str ", "|", "|\n", ">-\n", "#", "%", "@", "`", "?", "? ", "---\n", "...\n", "\n", "\n\n", "\t",
        "  ", "\r", "\0", "\u0085", "\u2028", "\ufeff", "\ud800", "\ud83d\ude00", "\u202e", "~", "null", "true", "1e400", "${env:X}", "${", "<<: *a", "\\", "\\x", "\"\\ud800\"", "0x", "999999999999999999999d",
    ];

    [Fact]
    public void Whatever_the_file_says_the_reader_answers_and_either_knows_a_fault_or_has_read_it()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        var valid = 0;
        for (var i = 0; i < Files; i++)
        {
            var text = Spoilt(random);
            ConfigurationReading reading;
            try
            {
                reading = Yaml.Read(text);
            }
            catch (Exception error)
            {
                throw new Xunit.Sdk.XunitException($"Seed {seed}, file {i}:\n{text}", error);
            }

            Assert.True((reading.Configuration is null) == (reading.Faults.Count > 0), $"Seed {seed}, file {i}");
            Assert.All(reading.Faults, f => Assert.True(f is { Line: >= 1, Column: >= 1, Message.Length: > 0, Remedy.Length: > 0 } && !f.ToString().Any(char.IsControl), $"Seed {seed}, file {i}: {f}"));
            valid += reading.Configuration is null ? 0 : 1;
        }

        output.WriteLine($"{valid} of {Files} valid");
        Assert.InRange(valid, 1, Files - 1);
    }

    private static string Spoilt(Random random)
    {
        var text = Yaml.Valid;
        if (random.Next(10) == 0)
        {
            return string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        }

        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(text.Length);
            var lines = text.Split('\n').ToList();
            var line = random.Next(lines.Count);
            switch (random.Next(6))
            {
                case 0:
                    text = text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 1:
                    text = text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at));
                    break;
                case 2:
                    lines.RemoveAt(line);
                    text = string.Join('\n', lines);
                    break;
                case 3:
                    lines.Insert(random.Next(lines.Count), lines[line]);
                    text = string.Join('\n', lines);
                    break;
                case 4:
                    lines[line] = new string(' ', random.Next(8)) + lines[line].TrimStart();
                    text = string.Join('\n', lines);
                    break;
                default:
                    var value = lines[line].IndexOf(": ", StringComparison.Ordinal);
                    lines[line] = (value < 0 ? lines[line] : lines[line][..(value + 2)]) + Pieces[random.Next(Pieces.Length)];
                    text = string.Join('\n', lines);
                    break;
            }

            if (text.Length == 0)
            {
                break;
            }
        }

        return random.Next(20) == 0 ? text[..random.Next(text.Length + 1)] : text;
    }
}
