namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>The tokens of a script: RFC 5228, section 8.1.</summary>
internal enum SieveTokenKind
{
    Identifier,

    /// <summary>With its colon: <c>:copy</c>.</summary>
    Tag,

    Number,

    /// <summary>Quoted or of several lines; the text is what it means.</summary>
    String,

    /// <summary>One of <c>[ ] ( ) { } , ;</c></summary>
    Mark,
}

internal readonly record struct SieveToken(SieveTokenKind Kind, string Text)
{
    public bool Is(char mark) => Kind is SieveTokenKind.Mark && Text[0] == mark;
}
