using System.Diagnostics;
using System.Text;
using Deprovisioner.Core.Intake;
using Deprovisioner.Testing;
using Xunit.Abstractions;

namespace Deprovisioner.Core.Tests.Intake;

public sealed class HrEventFuzzTests(ITestOutputHelper output)
{
    private const int Messages = 12_000;

    [Fact]
    public void Whatever_is_sent_the_parser_answers_and_what_it_lets_through_is_clean()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        var fuzzer = new HrEventFuzzer(seed);
        var reasons = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Messages; i++)
        {
            var message = fuzzer.Next();
            HrEventParse parse;
            try
            {
                parse = HrEventParser.Parse(message);
            }
            catch (Exception error)
            {
                throw new Xunit.Sdk.XunitException($"Seed {seed}, message {i}: {Encoding.UTF8.GetString(message.AsSpan(0, Math.Min(3_000, message.Length)))}", error);
            }

            switch (parse)
            {
                case HrEventParse.Valid { Event: var read }:
                    Assert.False(string.IsNullOrWhiteSpace(read.Id) || string.IsNullOrWhiteSpace(read.Source) || string.IsNullOrWhiteSpace(read.EmploymentId.Value) || string.IsNullOrWhiteSpace(read.PersonId.Value), $"Seed {seed}, message {i}");
                    Assert.False(read.LastDay is not null && read.EffectiveAt is not null, $"Seed {seed}, message {i}");
                    Count("valid");
                    break;
                case HrEventParse.Invalid invalid:
                    Assert.True(invalid.Detail.Length is > 20 and < 1_000 && !invalid.Detail.Any(char.IsControl), $"Seed {seed}, message {i}: {invalid}");
                    Count(invalid.Reason);
                    break;
            }
        }

        output.WriteLine(string.Join(", ", reasons.OrderByDescending(r => r.Value).Select(r => $"{r.Key} {r.Value}")));

        // A generator that reaches few rules proves little.
        Assert.Subset(
            reasons.Keys.ToHashSet(),
            new HashSet<string>(["valid", "malformed-json", "not-utf-8", "too-deep", "too-large", "too-long", "duplicate-key", "missing-field", "wrong-type", "bad-date", "unpaired-surrogate", "control-character"]));

        void Count(string reason) => reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
    }

    [Fact]
    public void The_worst_message_that_is_not_too_large_is_refused_quickly()
    {
        foreach (var text in new[]
        {
            new string('[', 262_144),
            string.Concat(Enumerable.Repeat("{\"a\":", 52_000)),
            new string('9', 262_144),
            "{\"specversion\":\"1.0\",\"type\":\"hr.employment.terminated.v1\"," + string.Join(',', Enumerable.Range(0, 18_000).Select(i => $"\"k{i}\":1")) + "}",
            "{\"specversion\":\"1.0\",\"type\":\"hr.employment.terminated.v1\",\"data\":{\"sequence\":" + new string('9', 250_000) + "}}",
        })
        {
            var watch = Stopwatch.StartNew();
            Assert.IsType<HrEventParse.Invalid>(HrEventParser.Parse(Encoding.UTF8.GetBytes(text)));
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed} for {text[..60]}");
        }
    }
}
