using System.Net;
using System.Text;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>One trace from the HR system's event through the database and the bus to each call on a system, across two processes, by OTLP.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_a_trace_is_followed(Company company)
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task Event_commands_and_connector_calls_stand_under_the_publishers_trace()
    {
        await using var product = await company.Install();
        await using var collector = new Collector();
        foreach (var role in new[] { "orchestrator", "connectors" })
        {
            var settings = product.Environment();
            settings["Deprovisioner__Roles"] = role;
            settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url;
            settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
            settings["OTEL_BSP_SCHEDULE_DELAY"] = "200";
            settings["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
            await product.StartWorker(settings);
        }

        var leaver = await company.Employ();
        var termination = HrEvents.Terminated(leaver).Replace("\"specversion\"", $"\"traceparent\":\"00-{TraceId}-b7ad6b7169203331-01\",\"specversion\"", StringComparison.Ordinal);
        await product.Publish(termination);
        await product.Completed(1);

        string[] wanted = ["hr-event receive", "steps send", "step disable-account", "step revoke-sessions", "step remove-entitlements"];
        await Eventually.True("the spans", () =>
        {
            var seen = collector.SpanNames(TraceId);
            return wanted.All(seen.Contains) ? Task.FromResult(true) : throw new InvalidOperationException($"Only {string.Join(", ", seen)}.");
        });
        await Eventually.True("the metrics", () => Task.FromResult(
            new[] { "deprovisioner.events", "deprovisioner.steps.sent", "deprovisioner.steps.reported", "deprovisioner.connector.step.duration" }.All(collector.Mentions)));
    }

    /// <summary>Takes OTLP over HTTP and keeps the bodies (https://opentelemetry.io/docs/specs/otlp/#otlphttp).</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly HttpListener listener = new();
        private readonly List<byte[]> bodies = [];
        private readonly Task taking;

        public Collector()
        {
            Url = $"http://127.0.0.1:{LoopbackPort.Free()}";
            listener.Prefixes.Add(Url + "/");
            listener.Start();
            taking = Take();
        }

        public string Url { get; }

        /// <summary>
        /// Names of the spans with this trace id. In the protobuf encoding of a Span, trace_id is field 1; span_id, trace_state, parent_span_id and flags follow, and name is field 5
        /// (opentelemetry/proto/trace/v1/trace.proto).
        /// </summary>
        public HashSet<string> SpanNames(string traceId)
        {
            byte[] start = [0x0A, 16, .. Convert.FromHexString(traceId)];
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var body in Bodies())
            {
                for (var at = body.AsSpan().IndexOf(start); at >= 0;)
                {
                    var rest = body.AsSpan(at + start.Length);
                    if (NameOf(rest) is { } name)
                    {
                        names.Add(name);
                    }

                    var next = rest.IndexOf(start);
                    at = next < 0 ? -1 : at + start.Length + next;
                }
            }

            return names;
        }

        public bool Mentions(string text) => Bodies().Exists(body => body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

        public async ValueTask DisposeAsync()
        {
            listener.Close();
            await taking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private static string? NameOf(ReadOnlySpan<byte> fields)
        {
            const byte name = (5 << 3) | 2;
            const int flags = 6;
            while (fields.Length > flags)
            {
                // Flags are field 16, four bytes of a fixed length; the other fields before the name have a length before them.
                var skip = fields is [0x85, 0x01, ..] ? flags : 2 + fields[1];
                if (fields.Length < skip)
                {
                    return null;
                }

                if (fields[0] == name)
                {
                    return Encoding.UTF8.GetString(fields[2..skip]);
                }

                fields = fields[skip..];
            }

            return null;
        }

        private List<byte[]> Bodies()
        {
            lock (bodies)
            {
                return [.. bodies];
            }
        }

        private async Task Take()
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                lock (bodies)
                {
                    bodies.Add(body.ToArray());
                }

                context.Response.Close();
            }
        }
    }
}
