using System.Globalization;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Settings;
using Microsoft.Extensions.Configuration;

namespace Deprovisioner.Worker.Tests.Settings;

public sealed class ProcessSettingsTests
{
    private const string Secret = "hunter2";

    [Fact]
    public void What_is_not_told_has_a_default()
    {
        var settings = Read();

        Assert.Null(settings.Database);
        Assert.Null(settings.RabbitMq);
        Assert.Equal("deprovisioner.yaml", settings.ConfigPath);
        Assert.True(settings.Orchestrates && settings.Connects);
        Assert.Equal(new Uri("http://127.0.0.1:8081"), settings.HealthUrl);
    }

    [Fact]
    public void What_is_told_is_taken()
    {
        var settings = Read(
            ("ConnectionStrings:Deprovisioner", " Host=db;Database=d "), ("ConnectionStrings:RabbitMq", "amqps://u:p@broker/vhost"), ("Deprovisioner:Config", "/etc/deprovisioner.yaml"),
            ("Deprovisioner:Roles", " connectors , "), ("Deprovisioner:HealthUrl", "none"));

        Assert.Equal("Host=db;Database=d", settings.RequiredDatabase());
        Assert.Equal(new Uri("amqps://u:p@broker/vhost"), settings.RabbitMq);
        Assert.Equal("/etc/deprovisioner.yaml", settings.ConfigPath);
        Assert.False(settings.Orchestrates);
        Assert.True(settings.Connects);
        Assert.Null(settings.HealthUrl);
    }

    [Fact]
    public void The_brokers_address_may_stand_in_a_file()
    {
        using var folder = new TemporaryFolder("settings");
        var file = folder.Write("broker", $"amqp://u:{Secret}@broker/vhost\n");

        Assert.Equal(new Uri($"amqp://u:{Secret}@broker/vhost"), Read(("ConnectionStrings:RabbitMq", $"${{file:{file}}}")).RabbitMq);
        Assert.Contains("/not/there", Assert.Throws<SettingsException>(() => Read(("ConnectionStrings:RabbitMq", "${file:/not/there}"))).Message, StringComparison.Ordinal);
        folder.Write("broker", Secret);
        Assert.DoesNotContain(Secret, Assert.Throws<SettingsException>(() => Read(("ConnectionStrings:RabbitMq", $"${{file:{file}}}"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ConnectionStrings:Deprovisioner")]
    [InlineData("ConnectionStrings:RabbitMq")]
    [InlineData("Deprovisioner:Config")]
    [InlineData("Deprovisioner:Roles")]
    [InlineData("Deprovisioner:HealthUrl")]
    public void A_blank_value_is_as_if_absent(string key)
    {
        var settings = Read((key, "  "));

        Assert.Equal((null, null, "deprovisioner.yaml", 2, 8081), (settings.Database, settings.RabbitMq, settings.ConfigPath, settings.Roles.Count, settings.HealthUrl!.Port));
    }

    [Theory]
    [InlineData("ConnectionStrings:RabbitMq", "http://u:hunter2@broker", "ConnectionStrings__RabbitMq", "amqp://user:password@127.0.0.1:5672/vhost")]
    [InlineData("ConnectionStrings:RabbitMq", "u:hunter2@broker", "ConnectionStrings__RabbitMq", "amqps://")]
    [InlineData("Deprovisioner:Roles", "orchestrator,connector", "Deprovisioner__Roles names 'connector'", "orchestrator and connectors, comma-separated")]
    [InlineData("Deprovisioner:Roles", ",", "Deprovisioner__Roles", "names no role")]
    [InlineData("Deprovisioner:HealthUrl", "8081", "Deprovisioner__HealthUrl is '8081'", "http://127.0.0.1:8081")]
    [InlineData("Deprovisioner:HealthUrl", "https://127.0.0.1", "Deprovisioner__HealthUrl", "or \"none\"")]
    public void A_value_that_makes_no_sense_is_refused_with_the_settings_name_and_the_remedy(string key, string value, string named, string remedy)
    {
        var error = Assert.Throws<SettingsException>(() => Read((key, value)));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Host=db;Port=hunter2")]
    [InlineData("Host=db;Password=correct;hunter2=horse")]
    [InlineData("Host=db;Password=correct;hunter2")]
    [InlineData("Database=d;Password=hunter2")]
    [InlineData("postgres://u:hunter2@db/d")]
    [InlineData("Host=db;SSL Mode=hunter2")]
    [InlineData("Host=db;Port=99999999999;Password=hunter2")]
    public void A_database_that_cannot_be_meant_is_refused_without_showing_any_of_it(string? text)
    {
        var error = Assert.Throws<SettingsException>(() => Read(("ConnectionStrings:Deprovisioner", text)).RequiredDatabase());

        Assert.Contains("ConnectionStrings__Deprovisioner", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Host=127.0.0.1;Database=deprovisioner", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Their_text_form_shows_no_password()
    {
        object settings = Read(("ConnectionStrings:Deprovisioner", $"Host=db;Password={Secret}"), ("ConnectionStrings:RabbitMq", $"amqp://u:{Secret}@b"));

        Assert.DoesNotContain(Secret, Convert.ToString(settings, CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    private static ProcessSettings Read(params (string Key, string? Value)[] settings)
        => ProcessSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, s.Value))).Build());
}
