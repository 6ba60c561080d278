using Deprovisioner.Console;
using Deprovisioner.Console.Settings;
using Deprovisioner.Storage;

const int WrongUsage = 2;

DriverCancellation.Tolerate();
try
{
    var web = ConsoleHost.Build(args);
    await web.RunAsync();
    return 0;
}
catch (ConsoleSettingsException error)
{
    await Console.Error.WriteLineAsync($"deprovisioner-console: {error.Message}");
    return WrongUsage;
}
