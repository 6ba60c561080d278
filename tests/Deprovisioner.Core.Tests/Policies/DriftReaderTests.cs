using Deprovisioner.Core.Drift;

namespace Deprovisioner.Core.Tests.Policies;

public sealed class DriftReaderTests
{
    [Fact]
    public void Without_a_word_of_it_accounts_are_read_again()
        => Assert.Equal(new DriftSettings(), Yaml.Read(Yaml.Valid).Configuration!.Drift);

    [Fact]
    public void It_can_be_turned_off() => Assert.Null(With("drift: off").Configuration!.Drift);

    [Fact]
    public void All_of_it_is_read()
        => Assert.Equal(
            new DriftSettings { After = TimeSpan.FromMinutes(10), Every = TimeSpan.FromHours(6), For = TimeSpan.FromDays(30), Then = DriftAnswer.Hold },
            With("drift: {after: 10m, every: 6h, for: 30d, then: hold}").Configuration!.Drift);

    [Theory]
    [InlineData("drift: on", "drift", "'on' says nothing of drift", "write off")]
    [InlineData("drift: [1d]", "drift", "a list stands where a mapping", "every: 1d")]
    [InlineData("drift: {then: cutt}", "drift.then", "'cutt' is nothing that can follow", "did you mean 'cut'?")]
    [InlineData("drift: {after: 100ms}", "drift.after", "out of range", "1s to 366d")]
    [InlineData("drift: {every: 400d}", "drift.every", "out of range", "1s to 366d")]
    [InlineData("drift: {for: soon}", "drift.for", "no span of time", "30d")]
    [InlineData("drift: {after: 2h, for: 1h}", "drift", "nothing would ever be read again", "longer 'for'")]
    [InlineData("drift: {evry: 1d}", "drift.evry", "not known here", "did you mean 'every'?")]
    public void A_fault_says_where_and_what_to_write_instead(string line, string path, string message, string remedy)
    {
        var fault = Yaml.OneFault(With(line));
        Assert.Equal((path, 64), (fault.Path, fault.Line));
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, fault.Remedy, StringComparison.Ordinal);
    }

    private static Core.Policies.ConfigurationReading With(string line) => Yaml.With("defaults:\n", line + "\ndefaults:\n");
}
