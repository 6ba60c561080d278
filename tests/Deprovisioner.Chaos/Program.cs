using System.Runtime.InteropServices;
using Deprovisioner.Chaos;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine(ChaosOptions.Usage);
    return 0;
}

ChaosOptions options;
try
{
    options = ChaosOptions.Of(args, seedOfChance: Environment.ProcessId);
}
catch (FormatException wrong)
{
    Console.Error.WriteLine($"tests/chaos.sh: {wrong.Message}\n{ChaosOptions.Usage}");
    return 2;
}

// An interrupt ends what was started, and then this.
using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
try
{
    return await new ChaosRun(options, TimeProvider.System).Run(stop.Token);
}
catch (Exception) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted; everything that was started has ended.");
    return 1;
}
catch (Exception broken)
{
    Console.Error.WriteLine($"seed {options.Seed}: the run itself could not go on, which says nothing of the product: {broken}");
    return 1;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
