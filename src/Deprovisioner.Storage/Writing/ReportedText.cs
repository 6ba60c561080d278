using Deprovisioner.Contracts;

namespace Deprovisioner.Storage.Writing;

/// <summary>
/// What reports quote comes from target systems, and anything may stand in it. A report that the database refuses would never be recorded, and its step be sent for ever: so what
/// cannot be stored is replaced. The audit's evidence keeps it as it came, since it is JSON in bytes there.
/// </summary>
internal static class ReportedText
{
    private const int MostOfACode = 100;
    private const int MostOfAMessage = 2000;

    /// <summary>An id is part of an index's key, which holds some 2,700 bytes; a longer one is not kept, and the account is found by its match again.</summary>
    private const int MostOfAnId = 512;

    /// <summary>The report with code, message and snapshots in text that can be stored.</summary>
    public static StepReport Storable(StepReport report)
        => report with
        {
            Code = StoredText.Of(report.Code, MostOfACode),
            Message = StoredText.Of(report.Message, MostOfAMessage),
            Snapshots = [.. report.Snapshots.Select(Storable)],
        };

    /// <summary>Whether an account's id can be kept as the person's.</summary>
    public static bool IsKey(string id) => id.Length is > 0 and <= MostOfAnId && StoredText.Holds(id);

    /// <summary>A listed account in text that can be stored. An id that cannot be a key is cut: such an account is still to be seen, once.</summary>
    public static AccountListing Storable(AccountListing listed)
        => listed with
        {
            AccountId = StoredText.Of(listed.AccountId, MostOfAnId)!,
            Name = StoredText.Of(listed.Name, MostOfAMessage)!,
            MatchValue = StoredText.Of(listed.MatchValue, MostOfAMessage),
        };

    /// <summary>A page's fault in text that can be stored.</summary>
    public static ListingFault Storable(ListingFault fault) => fault with { Code = StoredText.Of(fault.Code, MostOfACode)!, Message = StoredText.Of(fault.Message, MostOfAMessage)! };

    private static AccountSnapshot Storable(AccountSnapshot snapshot)
        => snapshot with
        {
            AccountId = Whole(snapshot.AccountId),
            Name = Whole(snapshot.Name),
            Entitlements = [.. snapshot.Entitlements.Select(Whole)],
            Attributes = Whole(snapshot.Attributes),
            Names = Whole(snapshot.Names),
        };

    private static Dictionary<string, string> Whole(IReadOnlyDictionary<string, string> texts) => texts.GroupBy(t => Whole(t.Key)).ToDictionary(g => g.Key, g => Whole(g.First().Value));

    private static string Whole(string text) => StoredText.Of(text, text.Length)!;
}
