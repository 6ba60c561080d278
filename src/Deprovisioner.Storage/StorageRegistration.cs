using Deprovisioner.Core.Intake;
using Deprovisioner.Storage.Access;
using Deprovisioner.Storage.Auditing;
using Deprovisioner.Storage.Checking;
using Deprovisioner.Storage.Dispatching;
using Deprovisioner.Storage.Notifying;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Reconciling;
using Deprovisioner.Storage.Signals;
using Deprovisioner.Storage.Writing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>Registers the storage.</summary>
public static class StorageRegistration
{
    /// <summary>Reading, migrating and verifying.</summary>
    /// <param name="connectionString">Npgsql's form. Statements are prepared automatically unless it says otherwise.</param>
    public static IServiceCollection AddStorage(this IServiceCollection services, string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (settings.MaxAutoPrepare == 0)
        {
            // The hot paths are a few dozen statements.
            settings.MaxAutoPrepare = 64;
        }

        settings.ApplicationName ??= "deprovisioner";
        services.AddSingleton(_ => NpgsqlDataSource.Create(settings));
        services.AddDbContextFactory<DeprovisionerContext>((provider, options) => options
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            // Migrations are SQL files; no generated snapshot stands beside them to compare the model with. A test compares the model with the database.
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning)));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SchemaMigrations>();
        services.AddSingleton<AuditReader>();
        services.AddSingleton<PreviewReader>();
        services.AddSingleton<IOperations, DatabaseOperations>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<IngressEvents>();
        services.AddSingleton<SignalStreams>();
        services.AddSingleton<InstallationGauges>();
        return services;
    }

    /// <summary>What an orchestrator has beside that.</summary>
    public static IServiceCollection AddFactWriter(this IServiceCollection services)
    {
        services.AddSingleton<DispatchSignal>();
        services.AddSingleton(provider => new FactTransaction(
            provider.GetRequiredService<NpgsqlDataSource>(), () => provider.GetRequiredService<EventIntake>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<FactWriter>();
        services.AddSingleton<StepClaims>();
        services.AddSingleton<SystemRegistry>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<Deadlines>();
        services.AddSingleton<OperatorActs>();
        services.AddSingleton<OverdueTasks>();
        services.AddSingleton<DuePersons>();
        services.AddSingleton<MissingFigures>();
        services.AddSingleton<PageClaims>();
        services.AddSingleton<CheckClaims>();
        services.AddSingleton<ReplayJobs>();
        services.AddSingleton<WorkAhead>();
        services.AddSingleton<NotificationRouting>();
        services.AddSingleton<NotificationDeliveries>();
        services.AddSingleton(provider => new DriftWatches(
            provider.GetRequiredService<NpgsqlDataSource>(), () => provider.GetRequiredService<EventIntake>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
