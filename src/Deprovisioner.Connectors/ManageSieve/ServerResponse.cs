namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>How a server ends an answer: RFC 5804, section 1.2.</summary>
internal enum ResponseStatus
{
    Ok,
    No,

    /// <summary>It hangs up.</summary>
    Bye,
}

/// <summary>An answer: lines of words, and then its end.</summary>
/// <param name="Code">In capitals, without what belongs to it (RFC 5804, section 1.3); null: none.</param>
/// <param name="Text">For people; null: none.</param>
internal sealed record ServerResponse(ResponseStatus Status, string? Code, string? Text, IReadOnlyList<IReadOnlyList<SieveWord>> Lines)
{
    /// <summary>The words of a line that ends an answer; null: it is another line.</summary>
    public static ServerResponse? Ended(IReadOnlyList<SieveWord> words, IReadOnlyList<IReadOnlyList<SieveWord>> lines)
    {
        ResponseStatus? status = words is not [var first, ..] ? null
            : first.IsAtom("OK") ? ResponseStatus.Ok
            : first.IsAtom("NO") ? ResponseStatus.No
            : first.IsAtom("BYE") ? ResponseStatus.Bye : null;
        return status is { } ended ? new ServerResponse(ended, CodeOf(words), TextOf(words), lines) : null;
    }

    private static string? CodeOf(IReadOnlyList<SieveWord> words) => words is [_, var open, { IsString: false } code, ..] && open.IsAtom("(") ? code.Text?.ToUpperInvariant() : null;

    private static string? TextOf(IReadOnlyList<SieveWord> words) => words is [_, .., { IsString: true } last] ? last.Text : null;
}
