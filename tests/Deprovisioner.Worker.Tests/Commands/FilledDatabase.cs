using Deprovisioner.Storage;
using Deprovisioner.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Tests.Commands;

/// <summary>A database with something for every command that only looks.</summary>
public sealed class FilledDatabase : IAsyncLifetime
{
    public static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private PostgresServer server = null!;

    public string ConnectionString => server.ConnectionString("filled");

    public async Task InitializeAsync()
    {
        server = await PostgresServer.StartNew();
        await using (var services = new ServiceCollection().AddLogging().AddStorage(await server.NewDatabase("filled")).BuildServiceProvider())
        {
            await services.GetRequiredService<SchemaMigrations>().Apply(default);
        }

        string[] statements =
        [
            "insert into systems (system, connector, configured, per_second, concurrency, lease_ms, tokens, tokens_at, gate) values ('crm', 'scim', true, 1, 1, 1000, 1, now(), 'open')",
            .. FinishedSagas.Sql(3, 2, Now),
            $"insert into configurations values (repeat('a', 64), 'guard: {{window: 12h, maxLeavers: 2}}', '{Now:O}')",
            $"insert into guard_announcements (size, starts_at, ends_at, asked_by, why, asked_at) values (12, '{Now:O}', '{Now.AddDays(1):O}', 'ann', 'a layoff', '{Now:O}')",
            $"insert into operator_acts (kind, who, why, requested_at, status, answer, done_at) values ('replay-job', 'ann', 'repaired', '{Now:O}', 'done', 'One step.', '{Now:O}')",
            $"insert into replay_jobs (job_id, who, why, gone_who, gone_why, filter, status, wave, untouched, succeeded, created_at, changed_at) select act_id, 'ann', 'repaired', 'ann', 'repaired', '--system crm', 'ready', 'one', 1, 1, '{Now:O}', '{Now:O}' from operator_acts where kind = 'replay-job'",
            "insert into replay_items (job_id, ordinal, step_id, saga_id, system, before, state, asked) select job_id, 0, step_id, saga_id, 'crm', 'http-409', 'listed', true from replay_jobs, (select step_id, saga_id from steps order by 1 limit 1) s",
            $"insert into reconciliations (run_id, system, status, page, started_at, updated_at, finished_at, asked_by, why, orphans) values ('018f0000-0000-7000-8000-000000000001', 'crm', 'complete', 1, '{Now:O}', '{Now:O}', '{Now:O}', 'ann', 'audit', 1)",
            $"insert into reconciled_accounts (run_id, account_id, name, finding, detail, seen_at) values ('018f0000-0000-7000-8000-000000000001', 'a1', 'ada', 'orphan', 'nobody has it', '{Now:O}')",
        ];
        foreach (var statement in statements)
        {
            await server.Execute(statement, "filled");
        }
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    internal Task<CommandResult> Run(params string[] arguments) => CommandLine.Run(new Dictionary<string, string> { ["ConnectionStrings__Deprovisioner"] = ConnectionString }, arguments);
}
