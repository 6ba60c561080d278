namespace Deprovisioner.Storage.Reading;

/// <summary>A part of a list.</summary>
/// <param name="Items">In the list's order.</param>
/// <param name="Next">What to ask with for the part behind it; null: this is the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>Of rows among which there is one more than was asked for where there are more.</summary>
    /// <param name="place">Behind a row.</param>
    internal static Page<T> Of(List<T> found, PageRequest page, Func<T, string> place) => found.Count > page.Size ? new(found[..page.Size], place(found[page.Size - 1])) : new(found, null);
}

/// <summary>Which part of a list is asked for.</summary>
/// <param name="Most">How many at most; less than 1 is taken for 1, and more than <see cref="Limit"/> for that.</param>
/// <param name="After">What an earlier part gave as its <c>Next</c>; null: the beginning.</param>
public sealed record PageRequest(int Most = PageRequest.Usual, string? After = null)
{
    public const int Usual = 50;

    /// <summary>More rows at once are what exports are for.</summary>
    public const int Limit = 1_000;

    internal int Size => Math.Clamp(Most, 1, Limit);
}

/// <summary>What was given as the place in a list is none that the list gave.</summary>
public sealed class UnknownPlaceException() : Exception("The place in the list is not one that the list gave: begin without it.");
