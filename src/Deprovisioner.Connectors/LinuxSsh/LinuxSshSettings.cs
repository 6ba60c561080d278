using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Deprovisioner.Connectors.LinuxSsh;

/// <summary>A machine's settings, read and checked. Holds a private key: has no text form.</summary>
internal sealed class LinuxSshSettings
{
    public static readonly IReadOnlyList<SettingDescription> Described =
    [
        new("host", SettingKind.Text, Required: true, "The machine's name or address."),
        new("port", SettingKind.Integer, Required: false, "Where its sshd listens; default 22."),
        new("user", SettingKind.Text, Required: false, "The service account; default deprovisioner, as deploy/linux-ssh/install.sh makes it."),
        new("privateKey", SettingKind.Secret, Required: true, "Its private key, the text of an OpenSSH or PEM file, such as ${file:/run/secrets/linux-key}."),
        new("passphrase", SettingKind.Secret, Required: false, "The private key's passphrase."),
        new("hostKey", SettingKind.Text, Required: true, "The fingerprints of the machine's host keys, such as SHA256:…, separated by spaces: install.sh prints them. No other key is trusted, not at first either."),
        new("removeHome", SettingKind.Boolean, Required: false, "Whether delete-account also removes the home directory and the mail; default false: the home stays, closed to all but root."),
    ];

    private const string Prefix = "SHA256:";

    private LinuxSshSettings(string host, int port, string user, IReadOnlySet<string> hostKeys, SystemLimits limits, PrivateKeyFile key)
        => (Host, Port, User, HostKeys, Limits, Key) = (host, port, user, hostKeys, limits, key);

    public string Host { get; }

    public int Port { get; }

    public string User { get; }

    public PrivateKeyFile Key { get; }

    /// <summary>SHA-256 in base64 without padding, as OpenSSH prints it after <c>SHA256:</c>.</summary>
    public IReadOnlySet<string> HostKeys { get; }

    public SystemLimits Limits { get; }

    public bool RemoveHome { get; private init; }

    /// <summary>Whether people are matched by the comment (GECOS) field in place of the account's name.</summary>
    public bool MatchByComment { get; private init; }

    /// <exception cref="SystemFaultException">A setting is wrong; names the setting, never its value.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The machine disposes of the key.")]
    public static LinuxSshSettings Read(SystemSettings system, ISecrets secrets)
    {
        var values = new SettingsReader(system, secrets);
        var byComment = system.Match?.Attribute switch
        {
            null or "name" => false,
            "comment" => true,
            _ => throw values.Unusable("match.attribute", "is neither name nor comment"),
        };
        var removeHome = values.Flag("removeHome");
        return new LinuxSshSettings(
            HostFrom(values), PortFrom(values), values.Optional("user") ?? "deprovisioner", HostKeysFrom(values), system.Limits, KeyFrom(values))
        {
            RemoveHome = removeHome,
            MatchByComment = byComment,
        };
    }

    private static string HostFrom(SettingsReader values)
        => values.Required("host") is var host && Uri.CheckHostName(host) is not UriHostNameType.Unknown ? host : throw values.Unusable("host", "is neither a name nor an address");

    private static int PortFrom(SettingsReader values)
        => int.TryParse(values.Optional("port") ?? "22", NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : throw values.Unusable("port", "must be a number from 1 to 65535");

    private static PrivateKeyFile KeyFrom(SettingsReader values)
    {
        // A secret's last line break is dropped on the way here, and some forms of key files need it.
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(values.Required("privateKey").TrimEnd() + "\n"));
        try
        {
            return new PrivateKeyFile(text, values.Optional("passphrase"));
        }
        catch (SshPassPhraseNullOrEmptyException)
        {
            throw values.Unusable("passphrase", "is missing, and the private key is encrypted");
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever the library makes of what is no key; without the inner exception, which may quote it.
            throw values.Unusable("privateKey", "is not the text of an OpenSSH or PEM private key, or its passphrase is another");
        }
    }

    private static HashSet<string> HostKeysFrom(SettingsReader values)
    {
        var keys = values.Required("hostKey").Split([' ', ',', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return keys.Length > 0 && Array.TrueForAll(keys, IsFingerprint)
            ? keys.Select(key => key[Prefix.Length..].TrimEnd('=')).ToHashSet(StringComparer.Ordinal)
            : throw values.Unusable("hostKey", "must be fingerprints as ssh-keygen -lf prints them: SHA256: and 43 characters each, separated by spaces");
    }

    private static bool IsFingerprint(string key)
        => key.StartsWith(Prefix, StringComparison.Ordinal) && key[Prefix.Length..].TrimEnd('=') is { Length: 43 } hash
            && hash.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/');
}
