using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Benchmarks.Conventional;

/// <summary>The saga's row.</summary>
public sealed class LeaverState : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public string PersonId { get; set; } = "";

    public string EmploymentId { get; set; } = "";

    public string Email { get; set; } = "";

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>One bit for each step that was reported: a report that comes twice counts once.</summary>
    public int Reported { get; set; }
}

/// <summary>How a step ended.</summary>
public sealed class StepOutcome
{
    public Guid SagaId { get; set; }

    public int Step { get; set; }

    public string Outcome { get; set; } = "";

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset FinishedAt { get; set; }
}

/// <summary>What happened: no chain, no evidence under a key.</summary>
public sealed class AuditRecord
{
    public long Id { get; set; }

    public Guid SagaId { get; set; }

    public DateTimeOffset At { get; set; }

    public string Type { get; set; } = "";

    public string Payload { get; set; } = "";
}

/// <summary>The conventional implementation's tables.</summary>
internal sealed class ConventionalContext(DbContextOptions<ConventionalContext> options) : DbContext(options)
{
    public DbSet<LeaverState> Leavers => Set<LeaverState>();

    public DbSet<StepOutcome> Outcomes => Set<StepOutcome>();

    public DbSet<AuditRecord> Audit => Set<AuditRecord>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<LeaverState>(leaver =>
        {
            leaver.ToTable("leavers");
            leaver.HasKey(l => l.CorrelationId);
            leaver.Property(l => l.CorrelationId).ValueGeneratedNever();
            leaver.HasIndex(l => l.StartedAt).HasFilter("\"CompletedAt\" is null").HasDatabaseName("leavers_open");
        });
        modelBuilder.Entity<StepOutcome>(outcome =>
        {
            outcome.ToTable("outcomes");
            outcome.HasKey(o => new { o.SagaId, o.Step });
        });
        modelBuilder.Entity<AuditRecord>(audit =>
        {
            audit.ToTable("audit_records");
            audit.Property(a => a.Payload).HasColumnType("jsonb");
            audit.HasIndex(a => a.SagaId);
        });
    }
}
