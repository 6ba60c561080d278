namespace Deprovisioner.Core.Policies.Yaml;

/// <summary>Gathers faults while the file is read on.</summary>
internal sealed class FaultList
{
    private readonly List<ConfigurationFault> faults = [];

    public IReadOnlyList<ConfigurationFault> InOrder => [.. faults.OrderBy(f => f.Line).ThenBy(f => f.Column)];

    public int Count => faults.Count;

    /// <param name="at">Where it begins.</param>
    /// <param name="remedy">Continues the message after a semicolon, as an instruction, without a full stop.</param>
    public void Add(YamlItem at, string path, string message, string remedy) => Add(at.Line, at.Column, path, message, remedy);

    public void Add(long line, long column, string path, string message, string remedy)
        => faults.Add(new((int)Math.Max(1, line), (int)Math.Max(1, column), path, message, remedy));
}
