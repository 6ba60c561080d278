namespace Deprovisioner.Worker.Intake;

/// <summary>Tells by a look at the bytes whether an event can be an urgent one; it is parsed only then. What is written so oddly that this overlooks it (a key with escapes in it) waits its turn.</summary>
internal static class UrgentGlance
{
    private static ReadOnlySpan<byte> Key => "\"urgent\""u8;

    public static bool MayBeUrgent(ReadOnlySpan<byte> json)
    {
        while (json.IndexOf(Key) is >= 0 and var at)
        {
            json = json[(at + Key.Length)..];
            var value = json.TrimStart(" \t\r\n"u8);
            if (value.StartsWith(":"u8) && value[1..].TrimStart(" \t\r\n"u8).StartsWith("true"u8))
            {
                return true;
            }
        }

        return false;
    }
}
