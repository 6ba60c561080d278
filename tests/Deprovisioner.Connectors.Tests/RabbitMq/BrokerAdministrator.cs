using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Deprovisioner.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Deprovisioner.Connectors.Tests.RabbitMq;

/// <summary>Fills a broker and looks at it, by means of its own: nothing of the connector is used here.</summary>
internal sealed class BrokerAdministrator : IDisposable
{
    /// <summary>The connector's own user.</summary>
    public const string Operator = "deprovisioner";

    public const string OperatorPassword = "operator-password";

    public const string Password = "leaver-password";

    private readonly RabbitMqBroker broker;
    private readonly HttpClient http;

    public BrokerAdministrator(RabbitMqBroker broker)
    {
        this.broker = broker;
        http = new HttpClient { BaseAddress = new Uri($"{Url}/api/") };
        http.DefaultRequestHeaders.Authorization = Basic("guest", "guest");
    }

    public string Url => $"http://127.0.0.1:{broker.ManagementPort}";

    public async Task PrepareAsync()
    {
        await AddUserAsync(Operator, ["administrator"], OperatorPassword);
        await AddUserAsync(RabbitMqTarget.CanaryName, []);
    }

    public Task AddUserAsync(string name, string[] tags, string password = Password) => PutAsync($"users/{Uri.EscapeDataString(name)}", new { password, tags });

    public Task AddHostAsync(string name) => PutAsync($"vhosts/{Uri.EscapeDataString(name)}", new { });

    public Task PermitAsync(string host, string name, string configure = ".*", string write = ".*", string read = ".*")
        => PutAsync($"permissions/{Uri.EscapeDataString(host)}/{Uri.EscapeDataString(name)}", new { configure, write, read });

    public Task LimitAsync(string name, int most) => PutAsync($"user-limits/{Uri.EscapeDataString(name)}/max-connections", new { value = most });

    public async Task PutAsync(string path, object resource)
    {
        using var answer = await http.PutAsJsonAsync(path, resource);
        answer.EnsureSuccessStatusCode();
    }

    public async Task DeleteAsync(string path)
    {
        using var answer = await http.DeleteAsync(new Uri(path, UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Null: not there.</summary>
    public async Task<JsonNode?> GetAsync(string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
    }

    /// <summary>Whether the management interface lets the user in.</summary>
    public async Task<bool> ManagesAsync(string name, string password = Password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("whoami", UriKind.Relative));
        request.Headers.Authorization = Basic(name, password);
        using var answer = await http.SendAsync(request);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>A connection as an application has it, known to the cluster: the node tells its tracking of it only after the client was told that it is open.</summary>
    public async Task<IConnection> ConnectAsync(string name, string host = "/", string password = Password)
    {
        var connection = await DialAsync(name, host, password);
        await Eventually.True(
            $"a connection of {name} to be tracked",
            async () => await GetAsync($"connections/username/{Uri.EscapeDataString(name)}") is JsonArray { Count: > 0 });
        return connection;
    }

    /// <summary>Whether AMQP lets the user in.</summary>
    public async Task<bool> ConnectsAsync(string name, string host = "/", string password = Password)
    {
        try
        {
            // The client does not wait for the virtual host to be opened: a channel shows whether it was.
            await using var connection = await DialAsync(name, host, password);
            await using var channel = await connection.CreateChannelAsync();
            return channel.IsOpen;
        }
        catch (Exception refused) when (refused is BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException)
        {
            return false;
        }
    }

    public void Dispose() => http.Dispose();

    private Task<IConnection> DialAsync(string name, string host, string password)
        => new ConnectionFactory { HostName = "127.0.0.1", Port = broker.Port, UserName = name, Password = password, VirtualHost = host, AutomaticRecoveryEnabled = false }.CreateConnectionAsync();

    private static AuthenticationHeaderValue Basic(string name, string password) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
}
