using System.Net;
using System.Net.Security;
using Deprovisioner.Connectors.Sdk;
using StackExchange.Redis;

namespace Deprovisioner.Connectors.Redis;

/// <summary>
/// One node, and nobody but it: the library must not find the rest of a cluster and send a command there. Connects when it is first asked, and anew after it lost a connection.
/// </summary>
internal sealed class RedisNode(DnsEndPoint address, RedisSettings settings) : IAsyncDisposable
{
    private readonly SemaphoreSlim connecting = new(1, 1);
    private ConnectionMultiplexer? connection;

    /// <summary>For people, and for what a restore remembers of it.</summary>
    public string Name { get; } = $"{address.Host}:{address.Port}";

    public bool IsEncrypted => settings.Tls || address.Host is "localhost" or "::1" || address.Host.StartsWith("127.", StringComparison.Ordinal);

    /// <summary>Sends one command. Each argument is sent as it is, with its length.</summary>
    /// <exception cref="SystemFaultException">The node cannot be reached, does not answer in time, or refuses.</exception>
    public async Task<RedisResult> AskAsync(string command, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var server = await ServerAsync(cancellationToken);
        try
        {
            return await server.ExecuteAsync(command, [.. arguments]).WaitAsync(cancellationToken);
        }
        catch (Exception error) when (RedisFaults.Of(error, Name, isConnecting: false) is { } fault)
        {
            throw new SystemFaultException(fault, error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }

        connecting.Dispose();
    }

    private async Task<IServer> ServerAsync(CancellationToken cancellationToken)
    {
        await connecting.WaitAsync(cancellationToken);
        try
        {
            if (connection is not { IsConnected: true })
            {
                if (connection is { } lost)
                {
                    connection = null;
                    await lost.DisposeAsync();
                }

                connection = await ConnectAsync(cancellationToken);
            }

            return connection.GetServer(connection.GetEndPoints(configuredOnly: true)[0]);
        }
        finally
        {
            connecting.Release();
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        var opening = ConnectionMultiplexer.ConnectAsync(Options());
        try
        {
            return await opening.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _ = opening.ContinueWith(static late => _ = late.IsCompletedSuccessfully ? late.GetAwaiter().GetResult().DisposeAsync().AsTask() : (object?)late.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
        catch (Exception error) when (RedisFaults.Of(error, Name, isConnecting: true) is { } fault)
        {
            throw new SystemFaultException(fault, error);
        }
    }

    /// <summary>https://stackexchange.github.io/StackExchange.Redis/Configuration</summary>
    private ConfigurationOptions Options()
    {
        var milliseconds = (int)Math.Clamp(settings.Timeout.TotalMilliseconds, 100, 600_000);
        var options = new ConfigurationOptions
        {
            User = settings.User,
            Password = settings.Password,
            ClientName = "deprovisioner",
            AllowAdmin = true,
            AbortOnConnectFail = true,
            ConnectRetry = 1,

            // The library may notice a refused connection only when this is over, and its answer is to come before the host gives up.
            ConnectTimeout = Math.Min(milliseconds / 2, 3_000),
            SyncTimeout = milliseconds,
            AsyncTimeout = milliseconds,
            BacklogPolicy = BacklogPolicy.FailFast,
            Protocol = RedisProtocol.Resp2,
            SetClientLibrary = false,
            IncludeDetailInExceptions = false,
            IncludePerformanceCountersInExceptions = false,

            // What would make it look for other nodes, or need rights that the work does not.
            CommandMap = CommandMap.Create(["CLUSTER", "SENTINEL", "SUBSCRIBE", "ECHO"], available: false),
            ConfigurationChannel = "",
            TieBreaker = "",
        };
        options.EndPoints.Add(IPAddress.TryParse(address.Host, out var ip) ? new IPEndPoint(ip, address.Port) : address);
        if (settings.Tls)
        {
            (options.Ssl, options.SslHost) = (true, address.Host);
            options.SslClientAuthenticationOptions = host => new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = settings.Trust };
        }

        return options;
    }
}
