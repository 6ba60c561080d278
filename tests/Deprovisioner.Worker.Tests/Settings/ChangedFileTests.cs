using System.Security.Cryptography;
using System.Text;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Settings;

namespace Deprovisioner.Worker.Tests.Settings;

public sealed class ChangedFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new("changed-file");

    [Fact]
    public void A_new_content_counts_when_two_looks_find_it_and_until_it_was_dealt_with()
    {
        Write("one");
        var file = new ChangedFile(Hash("one"));
        Assert.Null(Look(file));
        Assert.Null(Look(file));
        Write("two");
        Assert.Null(Look(file));
        Assert.Equal(Hash("two"), Look(file));
        Assert.Equal(Hash("two"), Look(file));
        file.DealtWith(Hash("two"));
        Assert.Null(Look(file));
    }

    [Fact]
    public void A_file_that_is_still_being_written_is_left_alone()
    {
        var file = new ChangedFile(Hash("one"));
        foreach (var half in new[] { "t", "tw", "two" })
        {
            Write(half);
            Assert.Null(Look(file));
        }

        Assert.Equal(Hash("two"), Look(file));
    }

    [Fact]
    public void A_file_that_is_gone_for_a_moment_has_not_changed()
    {
        Write("one");
        var file = new ChangedFile(Hash("one"));
        File.Delete(folder["config.yaml"]);
        Assert.Null(Look(file));
        Assert.Null(Look(file));
        Write("one");
        Assert.Null(Look(file));
        Assert.Null(Look(file));
    }

    /// <summary>As Kubernetes swaps a mounted ConfigMap: the file's own name leads through a link to a folder that is exchanged.</summary>
    [Fact]
    public void A_link_that_is_swapped_is_a_change()
    {
        foreach (var version in new[] { "one", "two" })
        {
            Directory.CreateDirectory(folder[version]);
            File.WriteAllText(Path.Combine(folder[version], "config.yaml"), version);
        }

        Directory.CreateSymbolicLink(folder["data"], folder["one"]);
        File.CreateSymbolicLink(folder["config.yaml"], Path.Combine(folder["data"], "config.yaml"));
        var file = new ChangedFile(Hash("one"));
        Assert.Null(Look(file));
        Directory.Delete(folder["data"]);
        Directory.CreateSymbolicLink(folder["data"], folder["two"]);
        Assert.Null(Look(file));
        Assert.Equal(Hash("two"), Look(file));
    }

    public void Dispose() => folder.Dispose();

    private string? Look(ChangedFile file) => file.Look(folder["config.yaml"]);

    private void Write(string text) => File.WriteAllText(folder["config.yaml"], text);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
