using System.Text;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;

namespace Deprovisioner.Storage.Tests.Auditing;

[Collection(nameof(StorageServer))]
public sealed class TamperingTests(StorageServer server)
{
    [Theory]
    [InlineData("update audit set type = 'x'")]
    [InlineData("update audit set type = 'x' where false")]
    [InlineData("delete from audit")]
    [InlineData("truncate audit")]
    [InlineData("truncate audit, audit_private")]
    [InlineData("insert into audit select stream, seq, at, type, payload, hash from audit on conflict (stream, seq) do update set type = 'x'")]
    public async Task The_database_refuses_to_change_the_audit_even_for_the_superuser(string sql)
    {
        await using var store = await WithSagas(server);
        var before = await store.Everything();

        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => store.Execute(sql));

        Assert.Contains("append-only", refused.MessageText, StringComparison.Ordinal);
        Assert.Equal(before, await store.Everything());
    }

    [Fact]
    public async Task Nothing_is_found_in_an_untouched_database()
    {
        await using var store = await WithSagas(server);

        var verification = await store.Audit.Verify(null, default);

        Assert.Equal([], verification.Faults);
        Assert.Equal(4, verification.Streams);
        Assert.Equal(await store.Count("audit"), verification.Rows);
    }

    [Fact]
    public async Task A_new_database_verifies()
    {
        await using var store = await Store.New(server);

        Assert.Equal([], await store.Faults());
    }

    [Theory]
    [InlineData("update audit set payload = replace(convert_from(payload, 'UTF8'), 'changed', 'already')::bytea where stream = {0} and seq = 3", 3, "hash does not fit")]
    [InlineData("update audit set payload = '[]' where stream = {0} and seq = 3", 3, "hash does not fit", "cannot be read", "does not say what the evidence")]
    [InlineData("update audit set payload = 'no json' where stream = {0} and seq = 3", 3, "hash does not fit", "cannot be read", "does not say what the evidence")]
    [InlineData("update audit set hash = decode(repeat('ab', 32), 'hex') where stream = {0} and seq = 3", 3, "hash does not fit", "4:hash does not fit")]
    [InlineData("delete from audit where stream = {0} and seq = 3", 3, "rows 3 to 3 are missing")]
    [InlineData("delete from audit where stream = {0} and seq in (2, 3, 4)", 2, "rows 2 to 4 are missing")]
    [InlineData("delete from audit where stream = {0} and seq = (select max(seq) from audit where stream = {0})", 6, "the newest, are missing")]
    [InlineData("delete from audit where stream = {0}", 1, "the whole stream is missing")]
    [InlineData("delete from audit where stream = {0}; delete from steps where saga_id = {0}; delete from sagas where saga_id = {0}", 1, "the whole stream is missing")]
    [InlineData("delete from steps where saga_id = {0}; delete from sagas where saga_id = {0}", 1, "no saga has this stream any more")]
    [InlineData("update audit set seq = 99 where stream = {0} and seq = 3; update audit set seq = 3 where stream = {0} and seq = 4; update audit set seq = 4 where stream = {0} and seq = 99", 3,
        "hash does not fit", "differ from what was hashed", "not what the row committed to", "4:hash does not fit", "4:differ from what was hashed", "4:not what the row committed to", "5:hash does not fit")]
    [InlineData("update audit set at = at + interval '1 microsecond' where stream = {0} and seq = 3", 3, "differ from what was hashed")]
    [InlineData("update audit set type = 'step-replayed' where stream = {0} and seq = 3", 3, "differ from what was hashed")]
    [InlineData("update audit_private set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) where stream = {0} and seq = 3", 3, "cannot be opened")]
    [InlineData("update audit_private set sealed = 'short' where stream = {0} and seq = 3", 3, "cannot be opened")]
    [InlineData("update audit_private p set sealed = o.sealed from audit_private o where p.stream = {0} and p.seq = 3 and o.stream = {0} and o.seq = 4", 3, "cannot be opened")]
    [InlineData("update audit_private set person_id = 'p2' where stream = {0} and seq = 3", 3, "cannot be opened")]
    [InlineData("update sagas set audit_seq = audit_seq - 1 where saga_id = {0}", 6, "not the one that the stream's head names")]
    [InlineData("insert into audit select stream, seq + 1, at, type, payload, hash from audit where stream = {0} and seq = 6", 7,
        "hash does not fit", "differ from what was hashed", "7:not the one that the stream's head names")]
    public async Task What_was_changed_is_named(string sql, long sequence, string fault, params string[] more)
    {
        await using var store = await WithSagas(server);
        var stream = await StreamOf(store, "p1");

        await Tamper(store, string.Format(sql, $"'{stream}'"));

        AssertNamed(stream, [$"{sequence}:{fault}", .. more.Select(m => char.IsDigit(m[0]) ? m : $"{sequence}:{m}")], await store.Faults());
    }

    [Theory]
    [InlineData("delete from audit where stream = {0} and seq = (select max(seq) from audit where stream = {0})", 6, "the newest, are missing")]
    [InlineData("update audit_heads set hash = decode(repeat('ab', 32), 'hex')", 6, "not the one that the stream's head names")]
    [InlineData("delete from audit_heads", 1, "no saga has this stream any more")]
    public async Task The_installations_stream_is_checked_alike(string sql, long sequence, string fault)
    {
        await using var store = await WithSagas(server);
        await store.Arrive(Organisation.Hired("p4"));
        await store.Arrive(Organisation.Hired("p5"));
        await store.Arrive(Organisation.Hired("p6"));

        await Tamper(store, string.Format(sql, $"'{Guid.Empty}'"));

        AssertNamed(Guid.Empty, [$"{sequence}:{fault}"], await store.Faults());
    }

    [Fact]
    public async Task A_chain_that_was_rewritten_as_a_whole_does_not_fit_its_head()
    {
        await using var store = await WithSagas(server);
        var stream = await StreamOf(store, "p1");
        var payloads = await store.Rows($"select encode(payload, 'hex') from audit where stream = '{stream}' order by seq");
        var hash = new byte[32];
        var rewriting = new StringBuilder();
        for (var i = 0; i < payloads.Count; i++)
        {
            var payload = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Convert.FromHexString(payloads[i])).Replace("\"attempt\":1", "\"attempt\":7", StringComparison.Ordinal));
            hash = AuditChain.HashOf(hash, payload);
            rewriting.Append($"update audit set payload = '\\x{Convert.ToHexString(payload)}', hash = '\\x{Convert.ToHexString(hash)}' where stream = '{stream}' and seq = {i + 1};");
        }

        await Tamper(store, rewriting.ToString());

        AssertNamed(stream, ["6:not the one that the stream's head names"], await store.Faults());
    }

    [Fact]
    public async Task Evidence_may_be_erased_row_by_row_or_with_the_persons_key()
    {
        await using var store = await WithSagas(server);
        var stream = await StreamOf(store, "p1");
        Assert.Contains("Done.", (await store.Audit.Lines(stream, default))[2].Evidence, StringComparison.Ordinal);

        await store.Execute($"delete from audit_private where stream = '{stream}' and seq = 3");
        await store.Execute("update persons set audit_key = null where person_id = 'p2'");

        Assert.Equal([], await store.Faults());
        Assert.Null((await store.Audit.Lines(stream, default))[2].Evidence);
        Assert.All(await store.Audit.Lines(await StreamOf(store, "p2"), default), line => Assert.Null(line.Evidence));
        Assert.Contains("Done.", (await store.Audit.Lines(await StreamOf(store, "p3"), default))[2].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_persons_key_is_erased_new_evidence_is_not_kept_and_the_chain_goes_on()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var command = Assert.Single(await store.Sent("p1"));
        await store.Execute("update persons set audit_key = null");

        await store.ReportEach(store.Reported(command, Outcome.Changed, message: "Done."));
        await store.Arrive(Organisation.Terminated("p1", "again"));

        Assert.Equal(0, await store.Count("audit_private"));
        Assert.Equal(1, await store.Count("persons where audit_key is null"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task One_row_whose_evidence_was_changed_does_not_hide_the_others()
    {
        await using var store = await WithSagas(server);
        var stream = await StreamOf(store, "p1");

        await Tamper(store, $"update audit_private set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) where stream = '{stream}' and seq = 3");

        var lines = await store.Audit.Lines(stream, default);
        Assert.Contains("changed", lines[2].Evidence, StringComparison.Ordinal);
        Assert.Contains("Done.", lines[3].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evidence_is_sealed_where_it_rests()
    {
        await using var store = await WithSagas(server);

        Assert.Equal(0, await store.Count("audit_private where position('Done.'::bytea in sealed) > 0"));
        Assert.Equal(0, await store.Count("audit where position('Done.'::bytea in payload) > 0"));
        Assert.Equal(6, await store.Count("audit_private"));
    }

    [Fact]
    public async Task A_verification_while_others_write_finds_nothing()
    {
        await using var store = await Store.New(server);
        var stop = false;
        var writing = Write();
        var rows = new List<long>();
        while (rows.Distinct().Count() < 5)
        {
            Assert.Equal([], await store.Faults());
            rows.Add(await store.Count("audit"));
            Assert.False(writing.IsCompleted, "The writer ended by itself.");
        }

        Volatile.Write(ref stop, true);
        await writing;
        Assert.Equal([], await store.Faults());

        // Without an end, so that there is something to write during each of the verifications.
        async Task Write()
        {
            for (var i = 0; !Volatile.Read(ref stop); i++)
            {
                await store.Arrive(Organisation.Terminated($"p{i % 50}", $"e{i}"));
            }
        }
    }

    /// <summary>Three finished sagas of two steps: event, plan, two reports with evidence, stage and saga completed make six rows each.</summary>
    private static async Task<Store> WithSagas(StorageServer server)
    {
        var copy = await server.CopyOf("with_sagas", Fill);
        return await Store.On(copy);
    }

    private static async Task Fill(string database)
    {
        await using var store = await Store.On(database);
        foreach (var person in new[] { "p1", "p2", "p3" })
        {
            foreach (var command in await store.Sent(person))
            {
                await store.ReportEach(store.Reported(command, Outcome.Changed, message: "Done."));
            }
        }
    }

    private static async Task<Guid> StreamOf(Store store, string person) => Guid.Parse((await store.Rows($"select saga_id from sagas where person_id = '{person}'"))[0]);

    private static async Task Tamper(Store store, string sql) => await store.Execute($"alter table audit disable trigger all; {sql}; alter table audit enable trigger all");

    private static void AssertNamed(Guid stream, IReadOnlyList<string> expected, IReadOnlyList<AuditFault> faults)
    {
        Assert.All(faults, fault => Assert.Equal(stream, fault.Stream));
        Assert.True(
            expected.Count == faults.Count && expected.All(e => faults.Any(f => e.Split(':', 2) is [var seq, var text] && f.Sequence == long.Parse(seq) && f.Fault.Contains(text, StringComparison.Ordinal))),
            $"Expected {string.Join("; ", expected)}; found {string.Join("; ", faults.Select(f => $"{f.Sequence}:{f.Fault}"))}");
    }
}
