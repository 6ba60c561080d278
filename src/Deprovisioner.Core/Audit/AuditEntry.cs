using System.Text.Json.Nodes;

namespace Deprovisioner.Core.Audit;

/// <summary>One thing to record.</summary>
/// <param name="Type">Past tense, kebab-case: <c>step-reported</c>.</param>
/// <param name="Facts">What is hashed and kept for ever: ids, words and times, never personal data beyond ids, never secrets.</param>
/// <param name="Private">
/// Evidence with personal data. Kept apart, sealed with the person's key; only a salted commitment to it is hashed, so that it can be erased and the chain still holds.
/// </param>
public sealed record AuditEntry(string Type, JsonObject Facts, JsonObject? Private = null);
