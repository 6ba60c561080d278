using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Deprovisioner.Core.Audit;

namespace Deprovisioner.Core.Tests.Audit;

public sealed class AuditChainTests
{
    [Fact]
    public void A_row_is_what_was_said_as_json_and_its_hash_covers_the_one_before()
    {
        var first = AuditChain.Append(AuditStream.Id, AuditHead.Empty, AuditStream.At, "saga-planned", new JsonObject { ["why"] = "Zoë's \"<end>\"" }, commitment: null);
        Assert.Equal(
            """{"stream":"0190a000-0000-7000-8000-000000000001","seq":1,"at":"2026-11-30T17:00:00.000000Z","type":"saga-planned","facts":{"why":"Zoë's \"<end>\""}}""",
            Encoding.UTF8.GetString(first.Payload));
        Assert.Equal(SHA256.HashData([.. new byte[32], .. first.Payload]), first.Hash);

        var second = AuditChain.Append(AuditStream.Id, new AuditHead(1, first.Hash), AuditStream.At, "x", [], [0xAB, 0xCD]);
        Assert.Equal(2, second.Sequence);
        Assert.EndsWith("""
            "facts":{},"private":"abcd"}
            """, Encoding.UTF8.GetString(second.Payload), StringComparison.Ordinal);
        Assert.Equal(SHA256.HashData([.. first.Hash, .. second.Payload]), second.Hash);
    }

    [Fact]
    public void Half_a_character_from_outside_neither_stops_the_audit_nor_breaks_its_chain()
    {
        var row = AuditChain.Append(AuditStream.Id, AuditHead.Empty, AuditStream.At, "x", new JsonObject { ["why"] = "\ud800" }, commitment: null);
        Assert.Empty(new AuditVerifier(AuditStream.Id).Next(row));
    }

    [Fact]
    public void The_same_facts_give_the_same_bytes()
        => Assert.Equal(new AuditStream(5).Head.Hash, new AuditStream(5).Head.Hash);

    [Fact]
    public void A_commitment_binds_to_salt_and_evidence_alike()
    {
        var salt = new byte[AuditCommitment.SaltBytes];
        var commitment = AuditCommitment.Of(salt, "evidence"u8);
        Assert.Equal(SHA256.HashData([.. salt, .. "evidence"u8]), commitment);
        Assert.NotEqual(commitment, AuditCommitment.Of(salt, "evidencf"u8));
        salt[15] = 1;
        Assert.NotEqual(commitment, AuditCommitment.Of(salt, "evidence"u8));
    }

    [Theory]
    [InlineData("2026-11-30T17:00:00Z", "2026-11-30T17:00:00.000000Z")]
    [InlineData("2026-11-30T18:00:00.1234567+01:00", "2026-11-30T17:00:00.123456Z")]
    [InlineData("2026-11-30T23:59:59.9999999-01:00", "2026-12-01T00:59:59.999999Z")]
    public void Times_are_in_utc_and_cut_to_what_postgresql_keeps(string at, string expected)
        => Assert.Equal(expected, AuditTime.Of(DateTimeOffset.Parse(at)));
}
