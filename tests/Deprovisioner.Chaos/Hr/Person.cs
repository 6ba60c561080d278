using Deprovisioner.Testing;

namespace Deprovisioner.Chaos.Hr;

/// <summary>Somebody who works here, with an account and a group on every system.</summary>
internal sealed class Person(int number)
{
    public string UserName { get; } = $"u{number:0000}";

    public string Mail => $"{UserName}@example.test";

    public string Id => $"P{UserName}";

    public string Dn => $"cn={UserName},{OpenLdapServer.PeopleDn}";

    /// <summary>The ids that the CRM gave.</summary>
    public string CrmId { get; set; } = "";

    public string CrmGroup { get; set; } = "";

    /// <summary>What HR has decided so far, in order. Only the publisher adds.</summary>
    public List<Said> Said { get; } = [];

    public int NextSequence() => Said.Count + 1;
}
