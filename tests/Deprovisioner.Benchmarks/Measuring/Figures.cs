using System.Globalization;
using System.Text;

namespace Deprovisioner.Benchmarks.Measuring;

/// <summary>What a stretch of steady work cost.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Sagas">Completed in the stretch.</param>
/// <param name="From">All counters at its beginning.</param>
/// <param name="Until">And at its end.</param>
/// <param name="Latency">From the event's publication to the committed completion, of those completed in it.</param>
/// <param name="MessagesPerSaga">Over the whole run; null where it was not counted.</param>
/// <param name="Verified">What was verified at the end.</param>
internal sealed record Figures(string Name, int Sagas, Reading From, Reading Until, Percentiles Latency, double? MessagesPerSaga, string Verified)
{
    public double SagasPerSecond => Sagas / (Until.At - From.At).TotalSeconds;

    public double CpuMsPerSaga => WorkerMs + PostgresMs + BrokerMs;

    public double WorkerMs => (Until.WorkerCpu - From.WorkerCpu).TotalMilliseconds / Sagas;

    public double PostgresMs => (Until.PostgresCpu - From.PostgresCpu).TotalMilliseconds / Sagas;

    public double BrokerMs => (Until.BrokerCpu - From.BrokerCpu).TotalMilliseconds / Sagas;

    public double CommitsPerSaga => Each(r => r.Commits);

    public string ToText()
    {
        var text = new StringBuilder();
        void Line(string label, string value) => text.Append(CultureInfo.InvariantCulture, $"  {label,-34}{value}\n");
        text.Append(CultureInfo.InvariantCulture, $"{Name}\n");
        Line("sagas/s", Number(SagasPerSecond, 1));
        Line("sagas, seconds measured", $"{Sagas}, {Number((Until.At - From.At).TotalSeconds, 1)}");
        Line("CPU-ms a saga", $"{Number(CpuMsPerSaga, 2)} (worker {Number(WorkerMs, 2)}, PostgreSQL {Number(PostgresMs, 2)}, RabbitMQ {Number(BrokerMs, 2)})");
        Line("commits a saga", Number(CommitsPerSaga, 3));
        Line("statements a saga", From.Statements is null ? "not counted" : Number(Each(r => r.Statements ?? 0), 2));
        Line("messages a saga", MessagesPerSaga is { } messages ? Number(messages, 2) : "not counted");
        Line("rows inserted, updated, deleted", $"{Number(Each(r => r.Inserted), 1)}, {Number(Each(r => r.Updated), 1)}, {Number(Each(r => r.Deleted), 1)}");
        Line("log bytes, flushes a saga", $"{Number(Each(r => r.WalBytes), 0)}, {Number(Each(r => r.WalSyncs), 3)}");
        Line("event to completion p50, p99 (ms)", $"{Number(Latency.At(0.5).TotalMilliseconds, 1)}, {Number(Latency.At(0.99).TotalMilliseconds, 1)}");
        Line("verified", Verified);
        return text.ToString();
    }

    private static string Number(double value, int digits) => value.ToString("N" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private double Each(Func<Reading, long> counter) => (counter(Until) - counter(From)) / (double)Sagas;
}
