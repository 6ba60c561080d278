using Deprovisioner.Core.Probing;

namespace Deprovisioner.Storage.Writing;

/// <summary>What one transaction has loaded about access that is there again, and what it will save of it.</summary>
internal sealed class DriftWork
{
    /// <summary>By person: answers that nobody has taken yet, of steps that would change something.</summary>
    public Dictionary<string, List<Probe>> Found { get; } = [];

    /// <summary>Drift sagas that were planned within the guard's window and not cancelled, those of this transaction among them.</summary>
    public int Recent { get; set; }

    /// <summary>What was decided about.</summary>
    public List<Probe> Read { get; } = [];

    public void Add(string person, Probe found)
    {
        if (!Found.TryGetValue(person, out var list))
        {
            Found[person] = list = [];
        }

        list.Add(found);
    }
}
