using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Connectors.Postgres;

/// <summary>Who gets what a leaver owns.</summary>
internal static class Receiver
{
    private const string Literal = "role:";

    /// <summary>The receiving role's oid.</summary>
    /// <param name="setting"><c>reassignOwnedTo</c>: a fact's key, or <c>role:NAME</c>.</param>
    /// <param name="request">Its facts come from an event and are not trusted: they may not make a superuser the owner of the leaver's functions,
    /// since a SECURITY DEFINER function runs with its owner's rights. A name that the configuration itself gives may be anybody.</param>
    public static async Task<uint> FindAsync(NpgsqlConnection connection, string? setting, ActRequest request, CancellationToken cancellationToken)
    {
        var literal = setting?.StartsWith(Literal, StringComparison.Ordinal) ?? false;
        var name = literal ? setting![Literal.Length..] : setting is null ? null : request.Facts.GetValueOrDefault(setting);
        if (string.IsNullOrWhiteSpace(name))
        {
            throw No(setting is null ? "reassignOwnedTo is not configured" : $"{setting} is not known of this person");
        }

        var found = await Roles.FindAsync(connection, name, cancellationToken);
        if (found is not [var account])
        {
            throw No($"no role is called as {setting} says");
        }

        if (account.Id == request.Before.Account.Id)
        {
            throw No("it would be the leaver");
        }

        var oid = uint.Parse(account.Id, CultureInfo.InvariantCulture);
        return literal || await Roles.ReadAsync(connection, oid, cancellationToken) is { Critical: false }
            ? oid
            : throw No($"{setting} leads to a role that is guarded");
    }

    private static SystemFaultException No(string why)
        => new(new Fault(Outcome.Rejected, "no-receiver", $"Nobody can take over what the role owns: {why}."));
}
