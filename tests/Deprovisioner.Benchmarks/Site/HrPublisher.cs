using System.Globalization;
using System.Text;
using Deprovisioner.Contracts;
using RabbitMQ.Client;

namespace Deprovisioner.Benchmarks.Site;

/// <summary>The HR system: publishes terminations with confirms, and remembers when it did.</summary>
internal sealed class HrPublisher : IAsyncDisposable
{
    /// <summary>How many confirms may be awaited at once.</summary>
    private const int MostUnconfirmed = 200;

    private readonly IConnection connection;
    private readonly IChannel channel;
    private readonly TimeProvider clock;
    private readonly string run = Guid.NewGuid().ToString("N")[..8];

    private HrPublisher(IConnection connection, IChannel channel, TimeProvider clock) => (this.connection, this.channel, this.clock) = (connection, channel, clock);

    /// <summary>When each person's event was handed to the broker.</summary>
    public Dictionary<string, DateTimeOffset> PublishedAt { get; } = [];

    public static async Task<HrPublisher> Connect(Uri broker, TimeProvider clock)
    {
        var opened = await new ConnectionFactory { Uri = broker, ClientProvidedName = "benchmark" }.CreateConnectionAsync();
        var publishing = await opened.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null));
        await publishing.ExchangeDeclareAsync(Transport.HrEventsExchange, ExchangeType.Fanout, durable: true, autoDelete: false);
        return new HrPublisher(opened, publishing, clock);
    }

    /// <summary>Publishes so many leavers, each once; returns when the broker has all of them.</summary>
    public async Task Leavers(int count, bool urgent = false)
    {
        foreach (var together in Enumerable.Range(0, count).Chunk(MostUnconfirmed))
        {
            await Task.WhenAll(together.Select(_ => Leaver(urgent).AsTask()));
        }
    }

    /// <summary>Publishes one leaver, and gives the person's id.</summary>
    public async ValueTask<string> Leaver(bool urgent = false)
    {
        var number = PublishedAt.Count + 1;
        var person = string.Create(CultureInfo.InvariantCulture, $"P{number:0000000}");
        var at = clock.GetUtcNow();
        PublishedAt[person] = at;
        var properties = new BasicProperties { ContentType = "application/cloudevents+json", DeliveryMode = DeliveryModes.Persistent };
        await channel.BasicPublishAsync(Transport.HrEventsExchange, routingKey: "", mandatory: true, properties, Encoding.UTF8.GetBytes(Event(number, person, at, urgent)));
        return person;
    }

    private string Event(int number, string person, DateTimeOffset at, bool urgent)
        => string.Create(CultureInfo.InvariantCulture, $$$"""
            {"specversion":"1.0","id":"{{{run}}}-{{{number}}}","source":"/hris/benchmark","type":"hr.employment.terminated.v1","subject":"E{{{number}}}",
             "time":"{{{at:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}}","datacontenttype":"application/json",
             "data":{"personId":"{{{person}}}","employmentId":"E{{{number}}}","reason":"voluntary","urgent":{{{(urgent ? "true" : "false")}}},"sequence":1,
                     "person":{"email":"{{{person}}}@example.test","userName":"user{{{number}}}","givenName":"Some","familyName":"Body"},
                     "assignment":{"department":"Finance","title":"Analyst","location":"Berlin","managerId":"P0000000","workerType":"employee"} } }
            """);

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }
}
