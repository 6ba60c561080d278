using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Previewing;
using Deprovisioner.Storage.Writing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Deprovisioner.Storage.Reading;

/// <summary>What events would bring about, by the configuration that the orchestrators took up.</summary>
internal sealed class PlanReading(IDbContextFactory<DeprovisionerContext> contexts, NpgsqlDataSource database, PreviewReader preview, TimeProvider clock)
{
    public async Task<PlanAnswer> Of(PlanQuestion question, CancellationToken cancellationToken)
    {
        if (await database.Rows(
            "select text, connectors from configurations order by taken_up_at desc, version limit 1", row => (Text: row.GetString(0), Connectors: ConnectorsText.Read(row.GetString(1))), cancellationToken) is not [var (text, connectors)])
        {
            return new(null, "no orchestrator has taken up a configuration yet.");
        }

        var reading = ConfigurationReader.Read(text, connectors);
        if (reading.Configuration is not { } configuration)
        {
            return new(null, $"the configuration was taken up by another version of the product: {reading.Faults[0]}");
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var (events, obstacle) = await question.Events(context, clock.GetUtcNow(), cancellationToken);
        return obstacle is not null
            ? new(null, obstacle)
            : new(new Preview(configuration, new SystemActions(configuration.Systems, connectors)).Of(await preview.Read(events[0], configuration, cancellationToken), events), null);
    }
}
