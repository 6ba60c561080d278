using Deprovisioner.Testing;
using Deprovisioner.Worker.Settings;

namespace Deprovisioner.Worker.Tests.Settings;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new("configuration-file");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_good_file_is_read()
        => Assert.Equal("leaver", Assert.Single(ConfigurationFile.Load(folder.Write("good.yaml", SmallConfiguration.Text)).Policies).Name);

    [Fact]
    public void All_faults_are_told_at_once_each_with_file_line_and_column()
    {
        var path = folder.Write("bad.yaml", SmallConfiguration.WithTwoFaults);

        var lines = Assert.Throws<SettingsException>(() => ConfigurationFile.Load(path)).Message.Split(Environment.NewLine);

        Assert.Equal(3, lines.Length);
        Assert.Equal($"{path} has 2 faults:", lines[0]);
        Assert.StartsWith($"  {path}:2:18: systems.badge.owner: ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"  {path}:6:74: policies[0].stages[0].steps[0].action: ", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_stands_in_the_file_is_not_repeated()
    {
        var text = SmallConfiguration.Text.Replace(
            "systems:\n",
            "systems:\n  crm: {connector: scim, url: \"https://crm.example.test\", token: hunter2, match: {value: person.email}}\n",
            StringComparison.Ordinal);

        var error = Assert.Throws<SettingsException>(() => ConfigurationFile.Load(folder.Write("secret.yaml", text)));

        Assert.Contains("systems.crm.token: a secret stands here as a value", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named_with_the_setting_that_names_another()
    {
        foreach (var path in new[] { folder["nowhere.yaml"], folder.Path })
        {
            var error = Assert.Throws<SettingsException>(() => ConfigurationFile.Load(path));

            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.Contains("Deprovisioner__Config", error.Message, StringComparison.Ordinal);
        }
    }
}
