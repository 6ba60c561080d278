using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>
/// What people may do in a Kubernetes cluster, by its RBAC API (rbac.authorization.k8s.io/v1,
/// https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-binding-v1/).
/// <para>
/// Kubernetes has no objects for people (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#users-in-kubernetes): somebody is a name that an identity provider
/// or a certificate vouches for, and is known here by the bindings that name it, and by nothing else.
/// </para>
/// <para>
/// Has no <c>disable-account</c>, <c>revoke-sessions</c> or <c>revoke-credentials</c>: tokens are the identity provider's, and a certificate is good until it expires
/// (https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/ knows no revocation). A name without a binding may still sign in, and may do what
/// every authenticated user may. Has no <c>delete-account</c>, no <c>transfer-data</c> and no <c>reclaim-licence</c>: there is nothing to delete, to own or to pay for.
/// </para>
/// </summary>
internal sealed class KubernetesKind : IConnectorKind
{
    public ConnectorDescription Description { get; } = new(
        "kubernetes", new HashSet<StepAction> { StepAction.RemoveEntitlements, StepAction.RestoreAccount }, KubernetesSettings.Described);

    public bool KnowsOnlyHolders => true;

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
        => new KubernetesConnector(KubernetesSettings.Read(settings, secrets), secrets, clock);
}
