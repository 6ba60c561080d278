using System.Collections.Concurrent;

namespace Deprovisioner.Storage.Tests.Migrating;

/// <summary>Keeps what is told, in its order.</summary>
internal sealed class Telling(ConcurrentQueue<string> told) : IProgress<string>
{
    public void Report(string value) => told.Enqueue(value);
}
