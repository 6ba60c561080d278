using Deprovisioner.Testing;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Settings;
using Deprovisioner.Worker.Tests.Commands;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Deprovisioner.Worker.Tests.Running;

[Collection(OneAtATime.Name)]
public sealed class LoggingTests : IDisposable
{
    private const string Formatter = "Logging__Console__FormatterName";

    private readonly TemporaryFolder folder = new("logging");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Formatter, null);
        folder.Dispose();
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(true, "json")]
    [InlineData(false, null)]
    [InlineData(false, "json")]
    public void The_environment_chooses_the_form_of_logs(bool health, string? formatter)
    {
        Environment.SetEnvironmentVariable(Formatter, formatter);
        var settings = new ProcessSettings
        {
            Database = "Host=127.0.0.1",
            ConfigPath = folder.Write("small.yaml", SmallConfiguration.Text),
            Roles = new HashSet<string> { ProcessSettings.Orchestrator, ProcessSettings.Connectors },
            HealthUrl = health ? new Uri("http://127.0.0.1:0") : null,
        };

        using var host = WorkerHost.Build(settings, ConfigurationFile.Load(settings.ConfigPath));

        Assert.Equal(formatter ?? ConsoleFormatterNames.Simple, host.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName);
        Assert.True(host.Services.GetRequiredService<IOptions<SimpleConsoleFormatterOptions>>().Value.UseUtcTimestamp);
        Assert.Equal(formatter is not null, host.Services.GetRequiredService<IOptions<JsonConsoleFormatterOptions>>().Value.IncludeScopes);
    }
}
