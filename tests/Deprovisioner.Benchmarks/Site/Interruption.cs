using System.Runtime.InteropServices;
using Deprovisioner.Testing;

namespace Deprovisioner.Benchmarks.Site;

/// <summary>Whoever interrupts a measurement leaves no servers behind.</summary>
internal static class Interruption
{
    /// <summary>Kept: a registration ends when it is collected.</summary>
    private static readonly List<PosixSignalRegistration> Registrations = [];

    /// <summary>From now on an interrupt, a termination or a hang-up ends everything that was started, and then this process.</summary>
    public static void EndsEverything()
    {
        if (Registrations.Count == 0)
        {
            Registrations.AddRange(new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, End)));
        }
    }

    private static void End(PosixSignalContext signal)
    {
        ServerProcess.EndAll();
        Console.Error.WriteLine("Interrupted; everything that was started has ended.");
        Environment.Exit(1);
    }
}
