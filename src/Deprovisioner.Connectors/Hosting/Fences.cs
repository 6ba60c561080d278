using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>
/// The highest employment version seen by this host, so that a termination which lay in a queue cannot reach a person who was
/// rehired meanwhile. A help, not the guard: what a host has not seen, or has forgotten, the orchestrator's own fence catches.
/// </summary>
internal sealed class Fences(int most = Fences.Most)
{
    /// <summary>About 20 MB at the very most; far more people than are handled while a message can lie in a queue.</summary>
    private const int Most = 100_000;

    // By person too: HR systems that number the employments of each person from 1 give every person an employment of that name.
    private readonly Dictionary<(PersonId, EmploymentId), long> highest = [];
    private readonly Queue<(PersonId, EmploymentId)> oldestFirst = new();

    /// <summary>Whether nothing newer of this employment was seen; remembers the version if so.</summary>
    public bool Pass(PersonId person, EmploymentId id, long fence)
    {
        var employment = (person, id);
        lock (highest)
        {
            if (highest.TryGetValue(employment, out var seen))
            {
                highest[employment] = Math.Max(seen, fence);
                return fence >= seen;
            }

            if (oldestFirst.Count >= most)
            {
                highest.Remove(oldestFirst.Dequeue());
            }

            highest.Add(employment, fence);
            oldestFirst.Enqueue(employment);
            return true;
        }
    }
}
