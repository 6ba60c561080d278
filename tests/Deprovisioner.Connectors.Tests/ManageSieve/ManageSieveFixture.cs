using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.ManageSieve;

/// <summary>One server for most tests; mailboxes have names of their own.</summary>
public sealed class ManageSieveFixture : IAsyncLifetime
{
    /// <summary>More than all tests need: the server takes a second to know of a new one.</summary>
    private const int Mailboxes = 400;

    private int last;

    public DovecotServer Server { get; private set; } = null!;

    /// <summary>A mailbox that no other test has.</summary>
    public string NewMailbox() => Name(Interlocked.Increment(ref last));

    /// <summary>A new mailbox with one script, which runs.</summary>
    public async Task<string> NewMailbox(string script, string name)
    {
        var mailbox = NewMailbox();
        await Server.Put(mailbox, name, script, active: true);
        return mailbox;
    }

    public async Task InitializeAsync()
    {
        Server = await DovecotServer.StartNew();
        await Server.AddMailboxes([.. Enumerable.Range(1, Mailboxes).Select(Name)]);
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    private static string Name(int number) => $"leaver-{number}@example.test";
}

[CollectionDefinition(nameof(ManageSieveFixture))]
public sealed class ManageSieveGroup : ICollectionFixture<ManageSieveFixture>;
