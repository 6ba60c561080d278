using System.Globalization;

namespace Deprovisioner.Connectors.Rest.Declaring;

/// <summary>One thing that is wrong in a declaration.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1.</param>
/// <param name="Path">The key: <c>entitlements.group.remove[0].delete</c>; empty for the whole file.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to write instead: an instruction without a full stop.</param>
public sealed record DeclarationFault(int Line, int Column, string Path, string Message, string Remedy)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Line}:{Column}: {(Path.Length == 0 ? "" : $"{Path}: ")}{Message}; {Remedy}.");
}

/// <summary>The faults of one file, gathered while it is read on, and where each of its keys stands.</summary>
internal sealed class DeclarationFaults
{
    private readonly List<DeclarationFault> faults = [];
    private readonly Dictionary<string, (int Line, int Column)> places = new(StringComparer.Ordinal);

    public IReadOnlyList<DeclarationFault> InOrder => [.. faults.OrderBy(f => f.Line).ThenBy(f => f.Column)];

    public int Count => faults.Count;

    public void Stands(string path, long line, long column) => places.TryAdd(path, ((int)Math.Max(1, line), (int)Math.Max(1, column)));

    /// <summary>At the key, or at the nearest one around it that is written.</summary>
    public void Add(string path, string message, string remedy)
    {
        var at = path;
        while (at.Length > 0 && !places.ContainsKey(at))
        {
            at = at[..Math.Max(0, at.LastIndexOfAny(['.', '[']))];
        }

        var (line, column) = places.GetValueOrDefault(at, (1, 1));
        faults.Add(new DeclarationFault(line, column, path, message, remedy));
    }

    public void Add(long line, long column, string message, string remedy)
        => faults.Add(new DeclarationFault((int)Math.Max(1, line), (int)Math.Max(1, column), "", message, remedy));
}
