using System.Reflection;
using MassTransit;

namespace Deprovisioner.Worker.Tests.CrashSweep;

/// <summary>The little of MassTransit that the product's senders and consumers touch; anything else fails the run.</summary>
public class BusOfOne : DispatchProxy
{
    private Func<string, object, Task>? send;
    private Uri? address;

    /// <summary>A bus that hands everything that is sent to <paramref name="send"/>, with the queue's name.</summary>
    public static IBus Sending(Func<string, object, Task> send)
    {
        var bus = Create<IBus, BusOfOne>();
        ((BusOfOne)(object)bus).send = send;
        return bus;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod?.Name == nameof(IBus.GetSendEndpoint))
        {
            var endpoint = Create<ISendEndpoint, BusOfOne>();
            (((BusOfOne)(object)endpoint).send, ((BusOfOne)(object)endpoint).address) = (send, (Uri)args![0]!);
            return Task.FromResult(endpoint);
        }

        return targetMethod?.Name == nameof(ISendEndpoint.Send) && address is not null
            ? send!(address.AbsolutePath, args![0]!)
            : throw new NotSupportedException($"The sweep's bus has no {targetMethod?.Name}.");
    }
}

/// <summary>A message as a consumer gets it.</summary>
public class ContextOfOne : DispatchProxy
{
    private object? message;
    private bool redelivered;
    private CancellationToken token;

    internal static ConsumeContext<T> Of<T>(T message, bool redelivered, CancellationToken token)
        where T : class
    {
        var context = Create<ConsumeContext<T>, ContextOfOne>();
        var of = (ContextOfOne)(object)context;
        (of.message, of.redelivered, of.token) = (message, redelivered, token);
        return context;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        => targetMethod?.Name switch
        {
            "get_Message" => message,
            "get_CancellationToken" => token,
            "get_Redelivered" => redelivered,
            "get_ReceiveContext" => Received(),
            "get_SentTime" => null,
            _ => throw new NotSupportedException($"The sweep's message has no {targetMethod?.Name}."),
        };

    private ReceiveContext Received()
    {
        var context = Create<ReceiveContext, ContextOfOne>();
        ((ContextOfOne)(object)context).redelivered = redelivered;
        return context;
    }
}
