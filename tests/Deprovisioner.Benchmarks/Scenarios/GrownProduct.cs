using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;
using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Benchmarks.Scenarios;

/// <summary>The product with a past in its tables: only who leaves in this run counts. They are called P and a number, those of the past <c>past-</c> and a number.</summary>
internal sealed class GrownProduct(Product product, int past) : ISubject
{
    private const string OfThisRun = "person_id >= 'P' and person_id < 'Q'";

    public string Name => $"Deprovisioner with {past:N0} finished sagas";

    public IReadOnlyList<ServerProcess> Processes => product.Processes;

    public string OpenSagas => product.OpenSagas;

    public string Taken => $"select last_value - {past} from inbox_inbox_id_seq";

    public string? Decisions => null;

    public string AllSagas => $"select count(*) from sagas where {OfThisRun}";

    public string Completions => $"{product.Completions} and {OfThisRun}";

    /// <summary>Of the past there is no audit that would verify; of this run there is one row more than there are steps and stages at least.</summary>
    public async Task<string> Verify(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            $"select count(*) from sagas where {OfThisRun} and (status <> 'completed' or audit_seq <> (select count(*) from audit a where a.stream = sagas.saga_id))");
        return await command.ExecuteScalarAsync() is 0L ? "each saga of this run is completed, with all its audit rows" : throw new InvalidOperationException("Sagas of this run are open, or lack audit rows.");
    }

    public ValueTask DisposeAsync() => product.DisposeAsync();
}
