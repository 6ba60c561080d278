using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Hosting;

public sealed class ReferenceSecretsTests : IDisposable
{
    private readonly TemporaryFolder folder = new("secrets");
    private readonly ReferenceSecrets secrets = new();

    [Theory]
    [InlineData("s3cret", "s3cret")]
    [InlineData("s3cret\n", "s3cret")]
    [InlineData("s3cret\r\n", "s3cret")]
    [InlineData("two\nlines\n", "two\nlines")]
    public void A_files_last_line_break_is_not_part_of_the_secret(string content, string expected)
        => Assert.Equal($"Password={expected};", secrets.Resolve($"Password=${{file:{folder.Write("secret", content)}}};"));

    [Fact]
    public void A_variable_is_read_and_a_text_without_references_is_left_alone()
    {
        Assert.Equal(Environment.GetEnvironmentVariable("PATH"), secrets.Resolve("${env:PATH}"));
        Assert.Equal("$plain {env:PATH}", secrets.Resolve("$plain {env:PATH}"));
    }

    [Theory]
    [InlineData("${env:NO_SUCH_VARIABLE_HERE}")]
    [InlineData("${file:/no/such/file}")]
    [InlineData("${file:/}")]
    public void A_reference_that_leads_nowhere_is_named(string reference)
        => Assert.Equal(reference, Assert.Throws<SecretMissingException>(() => secrets.Resolve($"a{reference}b")).Reference);

    [Fact]
    public void What_was_resolved_is_redacted_the_longer_first_and_short_words_are_not()
    {
        secrets.Resolve($"${{file:{folder.Write("a", "abcd")}}}${{file:{folder.Write("b", "abcdefgh")}}}${{file:{folder.Write("c", "the")}}}");

        Assert.Equal("[redacted] [redacted] the", secrets.Redact("abcdefgh abcd the"));
    }

    [Fact]
    public void A_rotated_file_is_read_anew_and_the_old_secret_stays_redacted()
    {
        var path = folder.Write("rotated", "old-secret");
        secrets.Resolve($"${{file:{path}}}");
        folder.Write("rotated", "new-secret");

        Assert.Equal("new-secret", secrets.Resolve($"${{file:{path}}}"));
        Assert.Equal("[redacted] [redacted]", secrets.Redact("old-secret new-secret"));
    }

    [Fact]
    public async Task Many_threads_may_resolve_and_redact()
    {
        var references = Enumerable.Range(0, 64).Select(i => (Secret: $"secret-number-{i:00}", Path: folder.Write($"s{i}", $"secret-number-{i:00}"))).ToList();

        await Parallel.ForEachAsync(references, (r, _) =>
        {
            secrets.Resolve($"${{file:{r.Path}}}");
            Assert.Equal("[redacted]", secrets.Redact(r.Secret));
            return ValueTask.CompletedTask;
        });

        Assert.All(references, r => Assert.Equal("[redacted]", secrets.Redact(r.Secret)));
    }

    public void Dispose() => folder.Dispose();
}
