using System.Text.Json.Nodes;
using Deprovisioner.Core.Audit;

namespace Deprovisioner.Core.Tests.Audit;

/// <summary>A stream of rows as they were written, to be spoilt by a test and verified.</summary>
internal sealed class AuditStream
{
    public static readonly Guid Id = Guid.Parse("0190a000-0000-7000-8000-000000000001");
    public static readonly DateTimeOffset At = new(2026, 11, 30, 17, 0, 0, TimeSpan.Zero);

    public AuditStream(int rows)
    {
        for (var i = 1; i <= rows; i++)
        {
            Rows.Add(AuditChain.Append(Id, Head, At.AddSeconds(i), "step-reported", new JsonObject { ["attempt"] = i }, commitment: null));
            Head = new AuditHead(i, Rows[^1].Hash);
        }
    }

    public List<AuditRow> Rows { get; } = [];

    /// <summary>What is kept beside the stream.</summary>
    public AuditHead Head { get; private set; } = AuditHead.Empty;

    /// <summary>The row of a sequence.</summary>
    public AuditRow this[int sequence]
    {
        get => Rows[sequence - 1];
        set => Rows[sequence - 1] = value;
    }

    public IReadOnlyList<(long Row, string Fault)> Faults()
    {
        var verifier = new AuditVerifier(Id);
        var faults = Rows.SelectMany(verifier.Next).ToList();
        faults.AddRange(verifier.End(Head));
        Assert.Equal(Rows.Count, verifier.Rows);
        Assert.All(faults, fault => Assert.Equal(Id, fault.Stream));
        return [.. faults.Select(f => (f.Sequence, f.Fault))];
    }
}
