using System.Security.Cryptography.X509Certificates;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>What signs requests. No record: its text form would show the secret.</summary>
internal sealed class AwsCredential(string accessKeyId, string secretAccessKey, string? sessionToken)
{
    public string AccessKeyId { get; } = accessKeyId;

    public string SecretAccessKey { get; } = secretAccessKey;

    /// <summary>Null: a user's own key, which needs none.</summary>
    public string? SessionToken { get; } = sessionToken;
}

/// <summary>A system's settings, read and checked. Holds a credential: has no text form.</summary>
internal sealed class AwsIamSettings
{
    private const string TagPrefix = "tag:";

    public static readonly IReadOnlyList<SettingDescription> Described =
    [
        new("accessKeyId", SettingKind.Text, true, "The access key of an IAM user that may do the work, such as AKIA…."),
        new("secretAccessKey", SettingKind.Secret, true, "Its secret."),
        new("sessionToken", SettingKind.Secret, false, "The session's token, where the key is a temporary one (ASIA…). Such a key ends after hours."),
        new("roleArn", SettingKind.Text, false, "A role to assume with the key, such as arn:aws:iam::123456789012:role/Deprovisioner; needed for the users of another AWS account."),
        new("externalId", SettingKind.Text, false, "The external id that the role's trust policy asks for, with roleArn."),
        new("stsEndpoint", SettingKind.Url, false, "Where STS answers, with roleArn; default that of the region, such as https://sts.us-east-1.amazonaws.com."),
        new("endpoint", SettingKind.Url, false, "Where IAM answers; default https://iam.amazonaws.com. GovCloud: https://iam.us-gov.amazonaws.com; China: https://iam.cn-north-1.amazonaws.com.cn."),
        new("region", SettingKind.Text, false, "The region that requests are signed for; default us-east-1. GovCloud: us-gov-west-1; China: cn-north-1."),
        new("caFile", SettingKind.Text, false, "PEM file of the authorities that vouch for the endpoint; default: those of the machine."),
    ];

    private AwsIamSettings(Uri endpoint, string region, AwsCredential credential, TimeSpan timeout)
        => (Endpoint, Region, Credential, Timeout) = (endpoint, region, credential, timeout);

    /// <summary>Its path is <c>/</c>; has no query and no user.</summary>
    public Uri Endpoint { get; }

    public string Region { get; }

    public AwsCredential Credential { get; }

    public TimeSpan Timeout { get; }

    /// <summary>Null: the key's user does the work itself.</summary>
    public string? RoleArn { get; private init; }

    public string? ExternalId { get; private init; }

    public required Uri StsEndpoint { get; init; }

    /// <summary>The key of the tag whose value finds an account; null: it is found by its name.</summary>
    public string? MatchTag { get; private init; }

    /// <summary>Null: the machine's own authorities.</summary>
    public X509ChainPolicy? Trust { get; private init; }

    /// <exception cref="SystemFaultException">A setting is wrong; names the setting, never its value.</exception>
    public static AwsIamSettings Read(SystemSettings system, ISecrets secrets)
    {
        var settings = new SettingsReader(system, secrets);
        var region = settings.Optional("region") ?? "us-east-1";
        if (!region.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            throw settings.Unusable("region", "is no region such as us-east-1");
        }

        return new AwsIamSettings(EndpointFrom(settings, "endpoint", "https://iam.amazonaws.com"), region, CredentialFrom(settings), system.Limits.Timeout)
        {
            RoleArn = RoleFrom(settings),
            ExternalId = settings.Optional("externalId"),
            StsEndpoint = EndpointFrom(settings, "stsEndpoint", $"https://sts.{region}.amazonaws.com{(region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}"),
            MatchTag = system.Match?.Attribute switch
            {
                null or "userName" => null,
                { } attribute when attribute.StartsWith(TagPrefix, StringComparison.Ordinal) && attribute.Length > TagPrefix.Length => attribute[TagPrefix.Length..],
                _ => throw settings.Unusable("match.attribute", "must be userName, or the key of a tag such as tag:email"),
            },
            Trust = settings.Trust("caFile"),
        };
    }

    // The key's id stands in a header and in the signed text.
    private static AwsCredential CredentialFrom(SettingsReader settings)
    {
        var id = settings.Required("accessKeyId");
        var token = settings.Optional("sessionToken");
        return !id.All(char.IsAsciiLetterOrDigit) ? throw settings.Unusable("accessKeyId", "holds a character that no access key's id has")
            : token?.All(c => c is > ' ' and <= '~') is false ? throw settings.Unusable("sessionToken", "holds a character that no session token has")
            : new AwsCredential(id, settings.Required("secretAccessKey"), token);
    }

    private static string? RoleFrom(SettingsReader settings)
        => settings.Optional("roleArn") is not { } role || (role.Split(':') is ["arn", _, "iam", "", _, _] && role.Contains(":role/", StringComparison.Ordinal)) ? settings.Optional("roleArn")
            : throw settings.Unusable("roleArn", "is not the ARN of a role, such as arn:aws:iam::123456789012:role/Deprovisioner");

    private static Uri EndpointFrom(SettingsReader settings, string key, string otherwise)
        => Uri.TryCreate(settings.Optional(key) ?? otherwise, UriKind.Absolute, out var endpoint)
            && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback))
            && endpoint is { Host.Length: > 0, AbsolutePath: "/", Query.Length: 0, Fragment.Length: 0, UserInfo.Length: 0 }
                ? endpoint
                : throw settings.Unusable(key, "must be an https address without a path, a query or a user, such as https://iam.amazonaws.com");
}
