using Deprovisioner.Console;
using Deprovisioner.Console.Monitoring;
using Deprovisioner.Storage;

const int WrongUsage = 2;
const string DefaultUrl = "http://127.0.0.1:8082";

DriverCancellation.Tolerate();
var builder = WebApplication.CreateSlimBuilder(args);
if (builder.Configuration.GetConnectionString("Deprovisioner") is not { Length: > 0 } database)
{
    await Console.Error.WriteLineAsync(
        "deprovisioner-console: No database is configured: set ConnectionStrings__Deprovisioner, for instance to \"Host=127.0.0.1;Database=deprovisioner;Username=deprovisioner\".");
    return WrongUsage;
}

// Each 503 of the ready endpoint already says what is wrong.
builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddStorage(database);
var web = builder.Build();

// What operators see is for nobody else on the network unless somebody decides so (ASPNETCORE_URLS, --urls).
if (string.IsNullOrEmpty(web.Configuration["urls"]))
{
    web.Urls.Add(DefaultUrl);
}

HealthEndpoints.Map(web);
MetricsEndpoint.Map(web);
await web.RunAsync();
return 0;
