using System.Text.Json.Serialization;

namespace Deprovisioner.Console.Api;

/// <summary>An act for which a reason is all that is to be said.</summary>
/// <param name="Why">The reason, for the audit.</param>
internal sealed record Reason(string? Why);

/// <summary>Whose accounts are.</summary>
/// <param name="Why">The reason, for the audit.</param>
/// <param name="Accounts">Ids of those that are the person's, out of the step's candidates; empty: none of them is.</param>
internal sealed record Chosen(string? Why, IReadOnlyList<string>? Accounts);

/// <summary>An act that settles something.</summary>
/// <param name="Why">The reason, for the audit.</param>
/// <param name="Shows">What shows that it is done: a ticket, a name, a date.</param>
internal sealed record Evidence(string? Why, [property: JsonPropertyName("evidence")] string? Shows);
