using Deprovisioner.Console.Api;
using Deprovisioner.Console.Assets;
using Deprovisioner.Console.Ingress;
using Deprovisioner.Console.Monitoring;
using Deprovisioner.Console.Pages;
using Deprovisioner.Console.Settings;
using Deprovisioner.Console.SignIn;
using Deprovisioner.Console.Signals;
using Deprovisioner.Storage;

namespace Deprovisioner.Console;

/// <summary>Puts the console together from its settings.</summary>
internal static class ConsoleHost
{
    private const string DefaultUrl = "http://127.0.0.1:8082";

    /// <exception cref="ConsoleSettingsException">The settings do not fit together.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        var settings = ConsoleSettings.Read(builder.Configuration);
        var addresses = settings.Addresses(builder.Configuration);
        if (builder.Configuration.GetConnectionString("Deprovisioner") is not { Length: > 0 } database)
        {
            throw new ConsoleSettingsException("No database is configured: set ConnectionStrings__Deprovisioner, for instance to \"Host=127.0.0.1;Database=deprovisioner;Username=deprovisioner\".");
        }

        // Each 503 of the ready endpoint already says what is wrong.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStorage(database);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(settings.Ingress);
        builder.Services.AddSingleton<IngestEndpoint>();
        builder.Services.AddSingleton<ActAnswers>();
        builder.Services.AddSignIn(settings);
        builder.Services.AddExceptionHandler<Failures>();
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi();
        builder.Services.AddRazorComponents();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<FormActAnswer>();
        var web = builder.Build();
        Listen(web, addresses);
        Answer(web, settings);
        return web;
    }

    private static void Listen(WebApplication web, IReadOnlyList<string> addresses)
    {
        // What operators see is for nobody else on the network unless somebody decides so (ASPNETCORE_URLS, --urls).
        if (addresses.Count == 0)
        {
            web.Urls.Add(DefaultUrl);
        }
    }

    /// <summary>What a request goes through, in order.</summary>
    private static void Answer(WebApplication web, ConsoleSettings settings)
    {
        web.UseExceptionHandler();
        web.Use(SecurityHeaders.Add);
        web.Use(SecurityHeaders.RefuseOtherSites);
        if (settings.Local)
        {
            web.Use(LocalScheme.Guard);
        }

        web.Use(web.Services.GetRequiredService<FailedSignIns>().Guard);
        web.UseRouting();
        web.UseAuthentication();
        web.UseAuthorization();
        web.UseAntiforgery();
        web.UseWhen(http => http.Request.Path.StartsWithSegments(ApiEndpoints.Root, StringComparison.OrdinalIgnoreCase), api => api.Use(EntityTags.Answer));
        HealthEndpoints.Map(web);
        MetricsEndpoint.Map(web);
        web.MapApi();
        ReportEndpoints.MapFile(web);
        IngestEndpoint.Map(web);
        SignalEndpoints.Map(web);
        AssetEndpoints.Map(web);
        FormActs.Map(web);
        if (settings.Oidc is not null)
        {
            SignOutEndpoints.Map(web);
        }

        web.MapRazorComponents<App>();
    }
}
