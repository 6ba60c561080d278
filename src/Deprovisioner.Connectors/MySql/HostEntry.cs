namespace Deprovisioner.Connectors.MySql;

/// <summary>One <c>'user'@'host'</c> as the server keeps it.</summary>
/// <param name="Methods">Each way to sign in that would work, by its plugin.</param>
internal sealed record HostEntry(string User, string Host, bool Locked, IReadOnlyList<string> Methods)
{
    /// <summary>Role and the role's host.</summary>
    public IReadOnlyList<IReadOnlyList<string>> DefaultRoles { get; init; } = [];

    /// <summary>What it holds, and whether with the right to pass it on.</summary>
    public IReadOnlyDictionary<Grant, bool> Grants { get; init; } = new Dictionary<Grant, bool>();

    /// <summary>Whether its global privileges have exceptions (MySQL's partial revokes).</summary>
    public bool PartialRevokes { get; init; }

    /// <summary>As it stands in a statement.</summary>
    public string Account => Quoted.Account(User, Host);
}
