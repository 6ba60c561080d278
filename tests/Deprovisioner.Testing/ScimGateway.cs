using System.Net.Http.Json;

namespace Deprovisioner.Testing;

/// <summary>An asynchronous gateway (Scim/gateway.mjs) in front of a <see cref="ScimServer"/>: it answers changes with 202 and holds them until the test lets them be done.</summary>
public sealed class ScimGateway : IDisposable
{
    private readonly ServerProcess process;
    private readonly HttpClient http;

    private ScimGateway(ServerProcess process, int port)
    {
        this.process = process;
        Url = $"http://127.0.0.1:{port}/scim/v2";
        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
    }

    /// <summary>The base of the service, as seen through the gateway.</summary>
    public string Url { get; }

    public static async Task<ScimGateway> StartAsync(ScimServer behind)
    {
        var started = ServerProcess.Start(
            "node", ["gateway.mjs"], new Dictionary<string, string?> { ["SCIM_TARGET"] = new Uri(behind.Url).GetLeftPart(UriPartial.Authority) }, ScimServer.Folder());
        try
        {
            return new ScimGateway(started, int.Parse(await Eventually.Value("the SCIM gateway to listen", () => Task.FromResult(ScimServer.ListeningPort(started)))));
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <summary>The changes that it holds, each as <c>METHOD COLLECTION</c>.</summary>
    public async Task<IReadOnlyList<string>> HeldAsync() => (await http.GetFromJsonAsync<string[]>(new Uri("held", UriKind.Relative)))!;

    /// <summary>Does what it holds.</summary>
    public async Task FinishAsync() => await PostAsync("finish");

    /// <summary>Forgets what it holds: it was taken, and is never done.</summary>
    public async Task DropAsync() => await PostAsync("drop");

    public void Dispose()
    {
        http.Dispose();
        process.Dispose();
    }

    private async Task PostAsync(string what)
    {
        using var answer = await http.PostAsync(new Uri(what, UriKind.Relative), null);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
        }
    }
}
