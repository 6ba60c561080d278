using System.Text;
using Deprovisioner.Core.Audit;

namespace Deprovisioner.Core.Tests.Audit;

public sealed class AuditVerifierTests
{
    private const string Changed = "the hash does not fit: the row, or the one before it, was changed";
    private const string Differs = "stream, seq, at or type differ from what was hashed";
    private const string NotTheHead = "the newest row is not the one that the stream's head names";

    private readonly AuditStream stream = new(6);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200)]
    public void A_stream_as_it_was_written_has_no_fault(int rows)
        => Assert.Empty(new AuditStream(rows).Faults());

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void A_changed_payload_is_found_at_its_row(int row)
    {
        stream[row] = stream[row] with { Payload = Edited(stream[row], "\"attempt\":", "\"attempt\":9") };
        Assert.Equal([((long)row, Changed)], stream.Faults());
    }

    [Fact]
    public void Every_single_byte_of_a_payload_counts()
    {
        for (var i = 0; i < stream[3].Payload.Length; i++)
        {
            var spoilt = new AuditStream(6);
            spoilt[3].Payload[i] ^= 1;
            Assert.Contains((3L, Changed), spoilt.Faults());
        }
    }

    [Fact]
    public void A_changed_hash_is_found_at_its_row_and_where_it_is_built_upon()
    {
        var hash = (byte[])stream[3].Hash.Clone();
        hash[0] ^= 1;
        stream[3] = stream[3] with { Hash = hash };
        Assert.Equal([(3L, Changed), (4L, Changed)], stream.Faults());
    }

    [Fact]
    public void A_payload_changed_together_with_its_hash_is_found_where_it_is_built_upon()
    {
        var payload = Edited(stream[3], "\"attempt\":", "\"attempt\":9");
        stream[3] = stream[3] with { Payload = payload, Hash = AuditChain.HashOf(stream[2].Hash, payload) };
        Assert.Equal([(4L, Changed)], stream.Faults());
    }

    [Fact]
    public void The_newest_row_changed_together_with_its_hash_is_found_by_the_head()
    {
        var payload = Edited(stream[6], "\"attempt\":", "\"attempt\":9");
        stream[6] = stream[6] with { Payload = payload, Hash = AuditChain.HashOf(stream[5].Hash, payload) };
        Assert.Equal([(6L, NotTheHead)], stream.Faults());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 1)]
    [InlineData(2, 3)]
    public void Rows_removed_before_the_newest_are_named(int first, int count)
    {
        stream.Rows.RemoveRange(first - 1, count);
        Assert.Equal([((long)first, $"rows {first} to {first + count - 1} are missing")], stream.Faults());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void Removed_newest_rows_are_named(int count)
    {
        stream.Rows.RemoveRange(6 - count, count);
        Assert.Equal([(7L - count, $"rows {7 - count} to 6, the newest, are missing")], stream.Faults());
    }

    [Fact]
    public void Two_rows_that_change_places_are_both_found()
    {
        (stream[3], stream[4]) = (stream[4] with { Sequence = 3 }, stream[3] with { Sequence = 4 });
        Assert.Equal([(3L, Changed), (3L, Differs), (4L, Changed), (4L, Differs), (5L, Changed)], stream.Faults());
    }

    [Fact]
    public void Rows_out_of_order_are_found()
    {
        (stream[3], stream[4]) = (stream[4], stream[3]);
        Assert.Equal([(3L, "rows 3 to 3 are missing"), (5L, "row 3 stands after row 4"), (4L, "rows 4 to 4 are missing")], stream.Faults());
    }

    [Fact]
    public void A_row_that_nobody_appended_is_found()
    {
        stream.Rows.Add(AuditChain.Append(AuditStream.Id, stream.Head, AuditStream.At, "step-resolved", [], commitment: null));
        Assert.Equal([(7L, NotTheHead)], stream.Faults());
    }

    [Theory]
    [InlineData("type")]
    [InlineData("at")]
    [InlineData("stream")]
    public void Columns_that_differ_from_what_was_hashed_are_found(string column)
    {
        stream[2] = column switch
        {
            "type" => stream[2] with { Type = "step-resolved" },
            "at" => stream[2] with { At = stream[2].At.AddMicroseconds(1) },
            _ => stream[2] with { Stream = Guid.NewGuid() },
        };
        Assert.Equal([(2L, Differs)], stream.Faults());
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"stream":7,"seq":"x","at":1,"type":2}""")]
    public void A_payload_that_cannot_be_read_is_a_fault_and_no_crash(string payload)
    {
        stream[2] = stream[2] with { Payload = Encoding.UTF8.GetBytes(payload) };
        Assert.Equal([(2L, Changed), (2L, "the payload cannot be read")], stream.Faults());
    }

    [Fact]
    public void Each_of_several_changes_is_named_once()
    {
        stream[2] = stream[2] with { Payload = Edited(stream[2], "\"attempt\":", "\"attempt\":9") };
        stream.Rows.RemoveAt(3);
        stream[5] = stream[5] with { Type = "x" };
        Assert.Equal([(2L, Changed), (4L, "rows 4 to 4 are missing"), (6L, Differs)], stream.Faults());
    }

    private static byte[] Edited(AuditRow row, string piece, string replacement)
        => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(row.Payload).Replace(piece, replacement, StringComparison.Ordinal));
}
