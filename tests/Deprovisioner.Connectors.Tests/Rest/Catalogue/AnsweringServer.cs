using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Tests.Rest.Catalogue;

/// <summary>Gives the same documented answer to whatever is asked.</summary>
internal sealed class AnsweringServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private AnsweringServer(CatalogueExample example)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        application = builder.Build();
        application.Run(async context =>
        {
            context.Response.StatusCode = example.Status;
            foreach (var (name, value) in example.Headers)
            {
                context.Response.Headers[name] = value;
            }

            if (example.Body.Length > 0)
            {
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(example.Body);
            }
        });
    }

    public string Url => application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<AnsweringServer> StartAsync(CatalogueExample example)
    {
        var server = new AnsweringServer(example);
        await server.application.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();
}
