namespace Deprovisioner.Connectors.Tests.Kubernetes;

/// <summary>A cluster's API server, with who may do what in it.</summary>
internal interface ICluster : IAsyncDisposable
{
    /// <summary>May do everything.</summary>
    const string AdministratorToken = "administrator-token";

    /// <summary>The service account of deploy/kubernetes-access.</summary>
    const string OperatorToken = "operator-token";

    /// <summary>A user without any right of their own.</summary>
    const string StrangerToken = "stranger-token";

    const string Operator = "system:serviceaccount:deprovisioner:deprovisioner";

    const string Stranger = "stranger";

    string Url { get; }

    /// <summary>PEM file of the authority that vouches for it; null: it speaks no TLS.</summary>
    string? Authority { get; }
}
