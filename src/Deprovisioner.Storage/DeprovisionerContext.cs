using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Deprovisioner.Storage;

/// <summary>
/// The tables as queries for people read them, and the migrations. What is hot or must be atomic with an audit row is written by <see cref="Writing.FactTransaction"/>.
/// </summary>
public sealed class DeprovisionerContext(DbContextOptions<DeprovisionerContext> options) : DbContext(options)
{
    public DbSet<PersonEntity> Persons => Set<PersonEntity>();

    public DbSet<EmploymentEntity> Employments => Set<EmploymentEntity>();

    public DbSet<KnownAccountEntity> KnownAccounts => Set<KnownAccountEntity>();

    public DbSet<InboxEntity> Inbox => Set<InboxEntity>();

    public DbSet<QuarantineEntity> Quarantine => Set<QuarantineEntity>();

    public DbSet<SystemEntity> Systems => Set<SystemEntity>();

    public DbSet<SagaEntity> Sagas => Set<SagaEntity>();

    public DbSet<StepEntity> Steps => Set<StepEntity>();

    public DbSet<ProbeEntity> Probes => Set<ProbeEntity>();

    public DbSet<ReplayJobEntity> ReplayJobs => Set<ReplayJobEntity>();

    public DbSet<ReplayItemEntity> ReplayItems => Set<ReplayItemEntity>();

    public DbSet<DriftWatchEntity> DriftWatches => Set<DriftWatchEntity>();

    public DbSet<NotificationDeliveryEntity> NotificationDeliveries => Set<NotificationDeliveryEntity>();

    public DbSet<NotificationReceiverEntity> NotificationReceivers => Set<NotificationReceiverEntity>();

    public DbSet<OperatorActEntity> OperatorActs => Set<OperatorActEntity>();

    public DbSet<GuardTransitionEntity> GuardTransitions => Set<GuardTransitionEntity>();

    public DbSet<GuardAnnouncementEntity> GuardAnnouncements => Set<GuardAnnouncementEntity>();

    public DbSet<ReconciliationEntity> Reconciliations => Set<ReconciliationEntity>();

    public DbSet<ReconciledAccountEntity> ReconciledAccounts => Set<ReconciledAccountEntity>();

    public DbSet<SystemCheckEntity> SystemChecks => Set<SystemCheckEntity>();

    public DbSet<AuditEntity> Audit => Set<AuditEntity>();

    /// <summary>In queries only: https://www.postgresql.org/docs/15/functions-json.html#FUNCTIONS-SQLJSON-PATH</summary>
    internal static bool JsonPathExists(string json, string path) => throw new NotSupportedException("It is the database that answers this.");

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var pathExists = modelBuilder.HasDbFunction(() => JsonPathExists(default!, default!)).HasName("jsonb_path_exists").IsBuiltIn();
        pathExists.HasParameter("json").HasStoreType("jsonb");
        pathExists.HasParameter("path").HasStoreType("jsonpath");
        modelBuilder.Entity<PersonEntity>().HasKey(e => e.PersonId);
        modelBuilder.Entity<PersonEntity>().ToTable("persons");
        modelBuilder.Entity<EmploymentEntity>().HasKey(e => new { e.PersonId, e.EmploymentId });
        modelBuilder.Entity<EmploymentEntity>().ToTable("employments");
        modelBuilder.Entity<KnownAccountEntity>().HasKey(e => new { e.PersonId, e.System, e.AccountId });
        modelBuilder.Entity<KnownAccountEntity>().ToTable("known_accounts");
        modelBuilder.Entity<InboxEntity>().HasKey(e => e.InboxId);
        modelBuilder.Entity<InboxEntity>().ToTable("inbox");
        modelBuilder.Entity<QuarantineEntity>().HasKey(e => e.QuarantineId);
        modelBuilder.Entity<QuarantineEntity>().ToTable("quarantine");
        modelBuilder.Entity<SystemEntity>().HasKey(e => e.System);
        modelBuilder.Entity<SystemEntity>().ToTable("systems");
        modelBuilder.Entity<SystemCheckEntity>().HasKey(e => e.CheckId);
        modelBuilder.Entity<SystemCheckEntity>().ToTable("system_checks");
        modelBuilder.Entity<SagaEntity>().HasKey(e => e.SagaId);
        modelBuilder.Entity<SagaEntity>().ToTable("sagas");
        modelBuilder.Entity<SagaEntity>().HasMany(e => e.Steps).WithOne().HasForeignKey(e => e.SagaId);
        modelBuilder.Entity<StepEntity>().HasKey(e => e.StepId);
        modelBuilder.Entity<StepEntity>().ToTable("steps");
        modelBuilder.Entity<ProbeEntity>().HasKey(e => e.ProbeId);
        modelBuilder.Entity<ProbeEntity>().ToTable("probes");
        modelBuilder.Entity<ReplayJobEntity>().HasKey(e => e.JobId);
        modelBuilder.Entity<ReplayJobEntity>().ToTable("replay_jobs");
        modelBuilder.Entity<ReplayItemEntity>().HasKey(e => new { e.JobId, e.Ordinal });
        modelBuilder.Entity<ReplayItemEntity>().ToTable("replay_items");
        modelBuilder.Entity<DriftWatchEntity>().HasKey(e => e.PersonId);
        modelBuilder.Entity<DriftWatchEntity>().ToTable("drift_watches");
        modelBuilder.Entity<NotificationDeliveryEntity>().HasKey(e => e.DeliveryId);
        modelBuilder.Entity<NotificationDeliveryEntity>().ToTable("notification_deliveries");
        modelBuilder.Entity<NotificationReceiverEntity>().HasKey(e => e.Receiver);
        modelBuilder.Entity<NotificationReceiverEntity>().ToTable("notification_receivers");
        modelBuilder.Entity<OperatorActEntity>().HasKey(e => e.ActId);
        modelBuilder.Entity<OperatorActEntity>().ToTable("operator_acts");

        // Whoever asks has no right to say that it was done, or how.
        foreach (var answered in new[] { nameof(OperatorActEntity.Status), nameof(OperatorActEntity.Answer), nameof(OperatorActEntity.DoneAt) })
        {
            modelBuilder.Entity<OperatorActEntity>().Property(answered).Metadata.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
        }

        modelBuilder.Entity<GuardTransitionEntity>().HasKey(e => e.SagaId);
        modelBuilder.Entity<GuardTransitionEntity>().ToTable("guard_transitions");
        modelBuilder.Entity<GuardAnnouncementEntity>().HasKey(e => e.AnnouncementId);
        modelBuilder.Entity<GuardAnnouncementEntity>().ToTable("guard_announcements");
        modelBuilder.Entity<ReconciliationEntity>().HasKey(e => e.RunId);
        modelBuilder.Entity<ReconciliationEntity>().ToTable("reconciliations");
        modelBuilder.Entity<ReconciledAccountEntity>().HasKey(e => new { e.RunId, e.AccountId });
        modelBuilder.Entity<ReconciledAccountEntity>().ToTable("reconciled_accounts");
        modelBuilder.Entity<AuditEntity>().HasKey(e => new { e.Stream, e.Seq });
        modelBuilder.Entity<AuditEntity>().ToTable("audit");
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
        {
            property.SetColumnName(SnakeCase(property.Name));
        }
    }

    private static string SnakeCase(string name)
        => string.Concat(name.Select((letter, i) => char.IsUpper(letter) && i > 0 ? "_" + char.ToLowerInvariant(letter) : char.ToLowerInvariant(letter).ToString()));
}
