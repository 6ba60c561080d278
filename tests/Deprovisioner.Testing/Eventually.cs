using System.Diagnostics;

namespace Deprovisioner.Testing;

/// <summary>Waits for the thing itself, with a limit.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <exception cref="TimeoutException">The limit passed; the message says what was waited for and the last error.</exception>
    public static async Task True(string what, Func<Task<bool>> ask, TimeSpan? limit = null)
        => await Value(what, async () => await ask() ? "yes" : null, limit);

    /// <summary>Asks again and again until there is an answer. An exception counts as none yet.</summary>
    public static async Task<T> Value<T>(string what, Func<Task<T?>> ask, TimeSpan? limit = null)
        where T : class
    {
        var most = limit ?? TimeSpan.FromSeconds(30);
        var watch = Stopwatch.StartNew();
        Exception? last = null;
        while (watch.Elapsed < most)
        {
            try
            {
                if (await ask() is { } answer)
                {
                    return answer;
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // Not there yet is what this class is about; the last error is told if the limit passes.
                last = error;
            }

            await Task.Delay(Pause);
        }

        throw new TimeoutException($"Waited {most.TotalSeconds:0.#} s for: {what}.{(last is null ? "" : $" Last error: {last.Message}")}", last);
    }
}
