namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>A command of a script, at whatever depth, with the tokens of its arguments and tests.</summary>
/// <param name="Name">In lower case: RFC 5228, section 2.1.</param>
internal sealed record SieveCommand(string Name, IReadOnlyList<SieveToken> Arguments)
{
    public IReadOnlyList<string> Strings { get; } = [.. Arguments.Where(token => token.Kind is SieveTokenKind.String).Select(token => token.Text)];

    public bool Has(string tag) => Arguments.Any(token => token.Kind is SieveTokenKind.Tag && token.Text.Equals(tag, StringComparison.OrdinalIgnoreCase));
}
