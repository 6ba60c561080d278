using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Tests.Hosting;

public sealed class TelemetryTests
{
    [Fact]
    public async Task A_step_is_a_span_below_its_saga_and_counts_with_bounded_tags()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        var name = $"memory-{Guid.NewGuid():N}";
        var spans = new ConcurrentQueue<Activity>();
        var measured = new ConcurrentQueue<(string Instrument, string Tags)>();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ConnectorTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(activities);
        using var meters = new MeterListener { InstrumentPublished = (instrument, listener) => Listen(instrument, listener) };
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Keep(instrument, tags));
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Keep(instrument, tags));
        meters.Start();
        var settings = new SystemSettings
        {
            Name = new SystemName(name),
            Connector = "scripted",
            Values = new Dictionary<string, string>(),
            Match = new AccountMatch(null, "person.userName"),
        };
        await using var host = new ConformanceHost(new ScriptedSystem(), settings);
        var command = ConformanceHost.Command(settings, StepAction.DisableAccount, "ada") with { TraceParent = $"00-{Trace}-b7ad6b7169203331-01" };

        await host.Run(command);

        var span = Assert.Single(spans, s => Equals(s.GetTagItem("deprovisioner.system"), name));
        Assert.Equal(("step disable-account", Trace, "b7ad6b7169203331"), (span.OperationName, span.TraceId.ToHexString(), span.ParentSpanId.ToHexString()));
        Assert.Equal(
            ["deprovisioner.action=disable-account", "deprovisioner.attempt=1", "deprovisioner.code=unconfirmed", "deprovisioner.outcome=absent", $"deprovisioner.saga.id={command.SagaId}", $"deprovisioner.step.id={command.StepId}", $"deprovisioner.system={name}"],
            span.TagObjects.Select(t => $"{t.Key}={t.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(
            [("deprovisioner.connector.step.duration", $"action=disable-account outcome=absent system={name}"), ("deprovisioner.connector.step.outcomes", $"action=disable-account outcome=absent system={name}")],
            measured.Where(m => m.Tags.Contains(name, StringComparison.Ordinal)).OrderBy(m => m.Instrument, StringComparer.Ordinal));

        void Keep(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
            => measured.Enqueue((instrument.Name, string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}").Order(StringComparer.Ordinal))));
    }

    [Fact]
    public async Task A_line_about_a_step_stands_in_a_scope_with_its_ids_and_neither_names_anybody()
    {
        var settings = new SystemSettings { Name = new SystemName("crm"), Connector = "scripted", Values = new Dictionary<string, string>(), Match = new AccountMatch(null, "person.userName") };
        var log = new ScopedLog();
        await using var host = new ConformanceHost(new ScriptedSystem(), settings, log: log);
        var command = ConformanceHost.Command(settings, StepAction.DisableAccount, "ada") with { Attempt = 3 };

        await host.Run(command);

        var line = Assert.Single(log.Lines);
        Assert.Equal($"saga {command.SagaId} step {command.StepId} attempt 3", line.Scope);
        Assert.DoesNotContain("ada", line.Scope + line.Text, StringComparison.Ordinal);
    }

    private static void Listen(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == ConnectorTelemetry.Name)
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    private sealed class ScopedLog : ILogger<StepExecutor>, IDisposable
    {
        private string scope = "";

        public List<(string Scope, string Text)> Lines { get; } = [];

        public IDisposable BeginScope<TState>(TState state)
            where TState : notnull
        {
            scope = $"{state}";
            return this;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add((scope, formatter(state, exception)));

        public void Dispose() => scope = "";
    }
}
