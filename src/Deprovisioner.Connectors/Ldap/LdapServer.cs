using System.Security.Cryptography.X509Certificates;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>How the bytes to the server are protected.</summary>
internal enum LdapTransport
{
    Plain,
    Tls,
    StartTls,
}

/// <summary>How one server is reached, and as whom. A class, so that no generated ToString shows the password.</summary>
internal sealed class LdapServer
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required LdapTransport Transport { get; init; }

    /// <summary>Reads anew whom to trust, so that a changed caFile counts without a restart. Null: the machine's own authorities.</summary>
    public required Func<X509ChainPolicy?> Trust { get; init; }

    public required string BindDn { get; init; }

    public required string Password { get; init; }

    /// <summary>Connections at a time.</summary>
    public required int Concurrency { get; init; }

    /// <summary>For one request to the server, and for the opening of a connection.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Object identifiers of controls without a value that go with each search. None is critical.</summary>
    public required IReadOnlyList<string> SearchControls { get; init; }

    /// <summary>What is asked on each new connection before it is used.</summary>
    public required Func<LdapSession, CancellationToken, Task<LdapServerFacts>> Greet { get; init; }

    /// <summary>Reads how a server is reached, and as whom.</summary>
    /// <param name="key">The setting that has its address.</param>
    /// <exception cref="SystemFaultException">A value cannot be used.</exception>
    public static LdapServer From(
        SystemSettings system, SettingsReader settings, string key, Func<LdapSession, CancellationToken, Task<LdapServerFacts>> greet, params IReadOnlyList<string> searchControls)
    {
        var url = Uri.TryCreate(settings.Required(key), UriKind.Absolute, out var parsed) && parsed is { Scheme: "ldap" or "ldaps", Host.Length: > 0, UserInfo.Length: 0 }
            ? parsed
            : throw settings.Unusable(key, "must be ldap://host[:port] or ldaps://host[:port]");
        var transport = (url.Scheme, settings.Flag("startTls")) switch
        {
            ("ldaps", true) => throw settings.Unusable("startTls", "cannot be asked of ldaps://, which is encrypted from the start"),
            ("ldaps", _) => LdapTransport.Tls,
            (_, true) => LdapTransport.StartTls,
            _ => LdapTransport.Plain,
        };
        return new()
        {
            Host = url.DnsSafeHost,
            Port = url.Port > 0 ? url.Port : transport == LdapTransport.Tls ? 636 : 389,
            Transport = transport,
            Trust = () => settings.Trust("caFile"),
            BindDn = settings.Required("bindDn"),
            // An empty password would be an "unauthenticated bind" that succeeds as nobody (RFC 4513, section 5.1.2).
            Password = settings.Required("password"),
            Concurrency = system.Limits.Concurrency,
            Timeout = system.Limits.Timeout,
            Greet = greet,
            SearchControls = searchControls,
        };
    }
}
