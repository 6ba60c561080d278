namespace Deprovisioner.Core.Policies;

/// <summary>What reading <c>deprovisioner.yaml</c> gave.</summary>
/// <param name="Configuration">Null where there is any fault.</param>
/// <param name="Faults">All of them, in the order of the file.</param>
public sealed record ConfigurationReading(Configuration? Configuration, IReadOnlyList<ConfigurationFault> Faults);

/// <summary>One thing that is wrong in the file. Never holds a secret's value.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Column">Counted from 1.</param>
/// <param name="Path">Where it stands: <c>systems.crm.match.value</c>, <c>policies[0].stages[1]</c>; empty for the whole file.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record ConfigurationFault(int Line, int Column, string Path, string Message, string Remedy)
{
    public override string ToString() => $"{Line}:{Column}: {(Path.Length == 0 ? "" : $"{Path}: ")}{Message}; {Remedy}{(Remedy.EndsWith('?') ? "" : ".")}";
}
