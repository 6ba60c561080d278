namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>The scripts of a mailbox: RFC 5804, section 2.7.</summary>
/// <param name="Active">The one that runs; null: none.</param>
internal sealed record StoredScripts(IReadOnlySet<string> Names, string? Active)
{
    public static StoredScripts From(ServerResponse response)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        string? active = null;
        foreach (var line in response.Lines)
        {
            if (line is not [{ IsString: true, Text: { } name }, ..])
            {
                throw ManageSieveFaults.Garbled("something else than the name of a script");
            }

            names.Add(name);
            active = line is [_, var mark, ..] && mark.IsAtom("ACTIVE") ? name : active;
        }

        return new StoredScripts(names, active);
    }
}
