using System.Xml.Linq;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>
/// What signs the requests to IAM: the key itself, or where a role is named the temporary credential that the key gets for it from STS, made anew before it ends
/// (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
/// </summary>
internal sealed class AssumedRole(AwsIamSettings settings, TimeProvider clock) : IDisposable
{
    /// <summary>The shortest that may be asked for: a stolen one is soon worthless.</summary>
    private const int Seconds = 900;

    /// <summary>So that none ends between being looked at and being used, clocks that differ included.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim one = new(1, 1);
    private AwsCredential? credential;
    private DateTimeOffset endsAt;

    public async Task<AwsCredential> CredentialAsync(AwsQuery query, CancellationToken cancellationToken)
    {
        if (settings.RoleArn is not { } role)
        {
            return settings.Credential;
        }

        await one.WaitAsync(cancellationToken);
        try
        {
            if (credential is null || clock.GetUtcNow() > endsAt - Margin)
            {
                (credential, endsAt) = await AssumeAsync(query, role, cancellationToken);
            }

            return credential;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task<(AwsCredential Credential, DateTimeOffset EndsAt)> AssumeAsync(AwsQuery query, string role, CancellationToken cancellationToken)
    {
        var sts = new AwsService("sts", "2011-06-15", settings.StsEndpoint);
        (string, string)[] external = settings.ExternalId is { } id ? [("ExternalId", id)] : [];
        var request = IamRequest.Reading("AssumeRole", [("RoleArn", role), ("RoleSessionName", "Deprovisioner"), ("DurationSeconds", $"{Seconds}"), .. external]);
        var given = (await query.SendAsync(sts, settings.Credential, request, cancellationToken))?.Child("AssumeRoleResult")?.Child("Credentials");
        return given is not null && Of(given) is { } made && given.Instant("Expiration") is { } end
            ? (made, end)
            : throw new SystemFaultException(new Fault(Outcome.Unauthorized, "no-role", $"STS gave no credential for the role {role}."));
    }

    private static AwsCredential? Of(XElement given)
        => given.Text("AccessKeyId") is { Length: > 0 } id && given.Text("SecretAccessKey") is { Length: > 0 } secret && given.Text("SessionToken") is { Length: > 0 } token
            ? new AwsCredential(id, secret, token)
            : null;
}
