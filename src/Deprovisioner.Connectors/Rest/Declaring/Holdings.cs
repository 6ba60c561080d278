using System.ComponentModel;
using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Rest.Declaring;

/// <summary>One sort of things that an account has.</summary>
internal sealed record DeclaredHolding
{
    [Description("The request that lists them.")]
    public DeclaredListing? List { get; init; }

    [Description("Where each of them stands in the account's own answer, instead of a request.")]
    public Location? At { get; init; }

    [Description("Only those at this place for which all of these hold.")]
    public IReadOnlyList<DeclaredCondition> Where { get; init; } = [];

    [Description("What distinguishes one; $.id unless told, $ for plain texts.")]
    public Location? Id { get; init; }

    [Description("What people call it; the id unless told.")]
    public Location? Name { get; init; }

    [Description("To whom else it belongs, so that it cannot be taken away here; the first that fits.")]
    public IReadOnlyList<DeclaredOwner> Owners { get; init; } = [];

    [Description("Takes one away: {item} is what the list shows of it.")]
    public IReadOnlyList<DeclaredStep> Remove { get; init; } = [];

    [Description("Gives one back: {item} has its id, and the fields that this names.")]
    public IReadOnlyList<DeclaredStep> Restore { get; init; } = [];

    [Description("Writes which of them there shall be, where they cannot be changed one by one: {remaining} is the list of their ids.")]
    public IReadOnlyList<DeclaredStep> Set { get; init; } = [];
}

internal sealed record DeclaredOwner
{
    [Description("All of these hold of what the list shows.")]
    public required IReadOnlyList<DeclaredCondition> When { get; init; }

    [Description("Whose it is, such as: the directory that it is synchronised from.")]
    public required string Says { get; init; }
}
