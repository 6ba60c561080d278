using System.Text.Json.Nodes;

namespace Deprovisioner.Storage.Reading;

/// <summary>Which rows of the audit; what is null does not matter.</summary>
/// <param name="Stream">A saga's id, or the nil UUID: the installation.</param>
/// <param name="Person">In the streams of this person's sagas.</param>
/// <param name="Type">Such as <c>step-reported</c>.</param>
/// <param name="From">Recorded then or later, UTC.</param>
/// <param name="Until">Recorded before, UTC.</param>
/// <param name="OldestFirst">Else the newest.</param>
public sealed record AuditFilter(Guid? Stream = null, string? Person = null, string? Type = null, DateTimeOffset? From = null, DateTimeOffset? Until = null, bool OldestFirst = false);

/// <summary>A row of the audit. Times are UTC.</summary>
/// <param name="Stream">The saga's id, or the nil UUID: the installation.</param>
/// <param name="Record">What is hashed.</param>
/// <param name="Evidence">Null where there was none, or it was erased.</param>
public sealed record AuditLineView(Guid Stream, long Sequence, DateTimeOffset At, string Type, JsonNode? Record, JsonNode? Evidence);
