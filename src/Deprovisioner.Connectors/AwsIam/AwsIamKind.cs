using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>
/// IAM users of an AWS account, by the IAM Query API (https://docs.aws.amazon.com/IAM/latest/APIReference/). An account is bound by its
/// <c>UserId</c>, which is never used again; its name may be.
/// <para>
/// Has no <c>transfer-data</c>: what a user makes belongs to the AWS account, not to the user. Has no <c>reclaim-licence</c>: a user costs nothing.
/// </para>
/// </summary>
internal sealed class AwsIamKind : IConnectorKind
{
    public ConnectorDescription Description { get; } = new(
        "aws-iam",
        new HashSet<StepAction>
        {
            StepAction.DisableAccount, StepAction.RevokeSessions, StepAction.RevokeCredentials, StepAction.RemoveEntitlements,
            StepAction.DeleteAccount, StepAction.RestoreAccount,
        },
        AwsIamSettings.Described);

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
        => new AwsIamConnector(AwsIamSettings.Read(settings, secrets), secrets, clock);
}
