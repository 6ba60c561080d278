using System.Runtime.ExceptionServices;

namespace Deprovisioner.Storage;

/// <summary>
/// Keeps a process alive whose time-out runs out at the moment in which its connection to PostgreSQL breaks. Npgsql 10 may then throw from the callback of the cancellation (it waits for an event that the broken
/// connection has disposed of: https://github.com/npgsql/npgsql/issues/6415). Where a timer cancels, that is on a thread of the runtime's own, on which nobody can catch it, and the whole process ends. Whatever was cancelled
/// has ended by then, and its caller is told as always. Nothing else is tolerated.
/// </summary>
public static class DriverCancellation
{
    private const string Cancelling = "Npgsql.Internal.NpgsqlConnector.PerformImmediateUserCancellation";

    /// <summary>Once in a process, at its start.</summary>
    public static void Tolerate() => ExceptionHandling.SetUnhandledExceptionHandler(error =>
    {
        if (!IsHarmless(error))
        {
            return false;
        }

        Console.Error.WriteLine("deprovisioner: a connection to PostgreSQL broke while a statement on it was being cancelled; its driver did not expect that, and the work goes on.");
        return true;
    });

    internal static bool IsHarmless(Exception error)
        => error is AggregateException { InnerExceptions: { Count: > 0 } errors } ? errors.All(IsHarmless)
            : error is ObjectDisposedException { StackTrace: { } trace } && trace.Contains(Cancelling, StringComparison.Ordinal);
}
