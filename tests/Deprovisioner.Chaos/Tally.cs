using System.Collections.Concurrent;

namespace Deprovisioner.Chaos;

/// <summary>What was done, how often; and what was compared, with what result.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> injected = new();
    private readonly ConcurrentQueue<(string What, string Count)> compared = new();
    private readonly ConcurrentQueue<string> wrong = new();
    private readonly ConcurrentQueue<string> notes = new();

    public IReadOnlyDictionary<string, int> Injected => injected;

    public IEnumerable<(string What, string Count)> Compared => compared;

    /// <summary>What the model forbids, in sentences.</summary>
    public IReadOnlyCollection<string> Wrong => wrong;

    public IEnumerable<string> Notes => notes;

    public void Inject(string what, int times = 1) => injected.AddOrUpdate(what, times, (_, before) => before + times);

    public void Compare(string what, string count) => compared.Enqueue((what, count));

    public void Fault(string what) => wrong.Enqueue(what);

    public void Note(string what) => notes.Enqueue(what);
}
