namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>What a server says of itself: RFC 5804, section 1.7.</summary>
internal sealed class ServerCapabilities
{
    private readonly Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);

    public ServerCapabilities(ServerResponse response)
    {
        foreach (var line in response.Lines)
        {
            if (line is [{ IsString: true, Text: { } name }, ..])
            {
                values[name] = line is [_, { IsString: true, Text: { } value }, ..] ? value : "";
            }
        }
    }

    public string? Implementation => values.GetValueOrDefault("IMPLEMENTATION");

    public string? Extensions => values.GetValueOrDefault("SIEVE");

    public bool OffersStartTls => values.ContainsKey("STARTTLS");

    public bool OffersPlain => values.GetValueOrDefault("SASL", "").Split(' ').Contains("PLAIN", StringComparer.OrdinalIgnoreCase);

    /// <summary>Whose mailbox the session is about; null: the server does not say.</summary>
    public string? Owner => values.GetValueOrDefault("OWNER");
}
