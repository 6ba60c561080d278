using System.Text.Json;
using MassTransit.Serialization;

namespace Deprovisioner.Worker.Tests.CrashSweep;

/// <summary>A message in the broker.</summary>
internal sealed class Message(string queue, string label, byte[] body)
{
    public string Queue { get; } = queue;

    public string Label { get; } = label;

    /// <summary>As it would travel: JSON.</summary>
    public byte[] Body { get; } = body;

    public bool Redelivered { get; set; }

    /// <summary>What happens when it is delivered; null: nothing.</summary>
    public Mishap? AtDelivery { get; set; }

    public T Read<T>() => JsonSerializer.Deserialize<T>(Body, SystemTextJsonMessageSerializer.Options)!;
}

/// <summary>A process that sends: it can die.</summary>
internal interface ISender
{
    bool IsDead { get; }

    void Kill();
}

/// <summary>Queues in memory. What happens to a message is decided when it is sent; the run says when one is delivered.</summary>
internal sealed class ScriptedBroker(Trace trace)
{
    private readonly SortedDictionary<string, LinkedList<Message>> queues = new(StringComparer.Ordinal);
    private readonly List<Message> slow = [];
    private readonly List<Message> late = [];

    /// <summary>How many messages were taken, to tell whether anything moves.</summary>
    public int Taken { get; private set; }

    /// <summary>Hands a message over. Returns when the broker has it, as far as the sender can tell.</summary>
    public Task Send<T>(ISender? sender, string queue, string label, T body)
        => Send(sender, new Message(queue, label, JsonSerializer.SerializeToUtf8Bytes(body, SystemTextJsonMessageSerializer.Options)));

    public Task Send(ISender? sender, Message message)
    {
        if (sender is { IsDead: true })
        {
            throw new OperationCanceledException("The process is dead.");
        }

        var (_, mishap) = trace.Comes(PlaceKind.Message, message.Label);
        Taken++;
        switch (mishap)
        {
            case Mishap.SenderDiesBeforeSend:
                return Died(sender!);
            case Mishap.SenderDiesAfterSend:
                Queue(message.Queue).AddLast(message);
                return Died(sender!);
            case Mishap.SendRefused:
                throw new InvalidOperationException("The broker does not take it.");
            case Mishap.SendUnconfirmed:
                Queue(message.Queue).AddLast(message);
                throw new InvalidOperationException("The broker does not answer.");
            case Mishap.Lost:
                return Task.CompletedTask;
            case Mishap.Slow:
                slow.Add(message);
                return Task.CompletedTask;
            case Mishap.Late:
                late.Add(message);
                return Task.CompletedTask;
            case Mishap.Doubled:
                Queue(message.Queue).AddLast(message);
                Queue(message.Queue).AddLast(new Message(message.Queue, message.Label, message.Body));
                return Task.CompletedTask;
            default:
                message.AtDelivery = mishap;
                Queue(message.Queue).AddLast(message);
                return Task.CompletedTask;
        }
    }

    /// <summary>The oldest message of the first queue that has one, in this order: events, reports, then commands by system.</summary>
    public Message? Next()
    {
        var queue = new[] { Run.Events, Run.Reports }.Select(Queue).FirstOrDefault(q => q.Count > 0) ?? queues.Values.FirstOrDefault(q => q.Count > 0);
        if (queue is null)
        {
            return null;
        }

        var message = queue.First!.Value;
        queue.RemoveFirst();
        return message;
    }

    /// <summary>It was not acknowledged: it comes again, before everything else.</summary>
    public void Back(Message message)
    {
        message.Redelivered = true;
        Queue(message.Queue).AddFirst(message);
    }

    public bool HasSlow => slow.Count > 0;

    /// <summary>What was slow arrives, long before anybody's lease ends. False: nothing was.</summary>
    public bool ReleaseSlow() => Release(slow);

    /// <summary>What was late arrives, when everything else is over. False: nothing was.</summary>
    public bool ReleaseLate() => Release(late);

    private bool Release(List<Message> kept)
    {
        kept.ForEach(message => Queue(message.Queue).AddLast(message));
        var released = kept.Count > 0;
        kept.Clear();
        return released;
    }

    private static Task Died(ISender sender)
    {
        sender.Kill();
        throw new OperationCanceledException("The process is dead.");
    }

    private LinkedList<Message> Queue(string name)
    {
        if (!queues.TryGetValue(name, out var queue))
        {
            queues[name] = queue = new LinkedList<Message>();
        }

        return queue;
    }
}
