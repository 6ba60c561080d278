namespace Deprovisioner.Connectors.AwsIam;

/// <summary>
/// A kind of credential beside the password: how it is listed, turned off and deleted. All four have a status, and are called alike throughout.
/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
/// </summary>
/// <param name="Name">As in <c>UpdateAccessKey</c>, <c>DeleteAccessKey</c> and the parameter <c>AccessKeyId</c>.</param>
/// <param name="ListAction">The action that lists them.</param>
/// <param name="List">The element of its answer.</param>
/// <param name="IdElement">The element and the parameter of its id.</param>
internal sealed record KeyKind(string Name, string ListAction, string List, string IdElement)
{
    public static readonly KeyKind AccessKey = new("AccessKey", "ListAccessKeys", "AccessKeyMetadata", "AccessKeyId");

    public static readonly IReadOnlyList<KeyKind> All =
    [
        AccessKey,
        new("SigningCertificate", "ListSigningCertificates", "Certificates", "CertificateId"),

        // For CodeCommit.
        new("SSHPublicKey", "ListSSHPublicKeys", "SSHPublicKeys", "SSHPublicKeyId"),

        // For CodeCommit, Keyspaces, and the long-lived API keys of Bedrock.
        new("ServiceSpecificCredential", "ListServiceSpecificCredentials", "ServiceSpecificCredentials", "ServiceSpecificCredentialId"),
    ];
}

/// <summary>One credential.</summary>
internal sealed record IamKey(KeyKind Kind, string Id, bool Active)
{
    /// <summary>As a snapshot keeps it.</summary>
    public string Text => $"{Kind.Name}:{Id}";

    public IamRequest Delete(IamName user) => IamRequest.Changing($"Delete{Kind.Name}", user, (Kind.IdElement, Id));

    public IamRequest Set(IamName user, bool active) => IamRequest.Changing($"Update{Kind.Name}", user, (Kind.IdElement, Id), ("Status", active ? "Active" : "Inactive"));
}
