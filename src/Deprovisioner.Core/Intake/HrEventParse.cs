using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Intake;

/// <summary>What became of an event's bytes.</summary>
public abstract record HrEventParse
{
    private HrEventParse()
    {
    }

    /// <summary>It passed every check.</summary>
    public sealed record Valid(HrEvent Event) : HrEventParse;

    /// <summary>It cannot be obeyed; it goes to quarantine, where a person corrects and resubmits it.</summary>
    /// <param name="Reason">One of <see cref="InvalidEventReason"/>.</param>
    /// <param name="Detail">One sentence: the field by its JSON path, its value (bounded, control characters made visible), the remedy.</param>
    /// <param name="Source">CloudEvents <c>source</c>, where one could be read that is fit to be stored and shown.</param>
    /// <param name="Id">CloudEvents <c>id</c>, likewise.</param>
    public sealed record Invalid(string Reason, string Detail, string? Source, string? Id) : HrEventParse;
}

/// <summary>Why an event is invalid: short words that stay the same, for metrics, filters and tests.</summary>
public static class InvalidEventReason
{
    /// <summary>More bytes than an event may have.</summary>
    public const string TooLarge = "too-large";

    /// <summary>The bytes are not UTF-8.</summary>
    public const string NotUtf8 = "not-utf-8";

    /// <summary>The text is not JSON.</summary>
    public const string MalformedJson = "malformed-json";

    /// <summary>Nested deeper than an event may be.</summary>
    public const string TooDeep = "too-deep";

    /// <summary>An object has the same key twice: two readers would read two different events.</summary>
    public const string DuplicateKey = "duplicate-key";

    /// <summary>Half of a surrogate pair: a text that no UTF-8 can carry.</summary>
    public const string UnpairedSurrogate = "unpaired-surrogate";

    /// <summary>Not version 1.0 of CloudEvents.</summary>
    public const string UnsupportedSpecversion = "unsupported-specversion";

    /// <summary>The data is not JSON in the <c>data</c> member.</summary>
    public const string UnsupportedContent = "unsupported-content";

    /// <summary>A type that is none of <see cref="Contracts.HrEventTypes"/>.</summary>
    public const string UnknownType = "unknown-type";

    /// <summary>Something required is absent.</summary>
    public const string MissingField = "missing-field";

    /// <summary>Another kind of JSON value than asked for.</summary>
    public const string WrongType = "wrong-type";

    /// <summary>A number outside its range.</summary>
    public const string OutOfRange = "out-of-range";

    /// <summary>Two fields that exclude each other.</summary>
    public const string ConflictingFields = "conflicting-fields";

    /// <summary>More characters or items than allowed.</summary>
    public const string TooLong = "too-long";

    /// <summary>An id that is empty, or has white space around it.</summary>
    public const string Blank = "blank";

    /// <summary>A control, invisible or bidirectional formatting character.</summary>
    public const string ControlCharacter = "control-character";

    /// <summary>Not a mail address.</summary>
    public const string BadEmail = "bad-email";

    /// <summary>A date or instant that does not exist, is not in the asked form, or is beyond all sense.</summary>
    public const string BadDate = "bad-date";

    /// <summary>A time zone that tzdb does not know.</summary>
    public const string UnknownTimeZone = "unknown-time-zone";

    /// <summary>Another rule of the type's schema.</summary>
    public const string Schema = "schema";
}

/// <summary>The first thing wrong with an event.</summary>
internal sealed record EventProblem(string Reason, string Detail);
