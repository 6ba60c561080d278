using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Kubernetes;

/// <summary>
/// A real API server with its etcd, where there are such programs: Debian has etcd-server and only the source of Kubernetes, so that most machines have none. Named by the variables
/// of Kubernetes' own test environment (https://book.kubebuilder.io/reference/envtest.html).
/// </summary>
internal sealed class RealCluster : ICluster
{
    private readonly TemporaryFolder folder = new("kubernetes");
    private readonly int port = LoopbackPort.Free();
    private ServerProcess? etcd;
    private ServerProcess? server;

    public static bool IsHere => ApiServer is not null && Etcd is not null;

    public string Url => $"https://127.0.0.1:{port}";

    public string Authority => folder["ca.pem"];

    private static string? ApiServer => Environment.GetEnvironmentVariable("TEST_ASSET_KUBE_APISERVER");

    private static string? Etcd => Environment.GetEnvironmentVariable("TEST_ASSET_ETCD");

    public static async Task<RealCluster> StartNew()
    {
        var cluster = new RealCluster();
        try
        {
            await cluster.StartAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        server?.Dispose();
        etcd?.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task StartAsync()
    {
        await Certificates.Make(folder);
        await ServerProcess.Run("openssl", ["genrsa", "-out", folder["accounts.key"], "2048"]);
        folder.Write(
            "tokens.csv",
            $"{ICluster.AdministratorToken},administrator,1,system:masters\n{ICluster.OperatorToken},{ICluster.Operator},2\n{ICluster.StrangerToken},{ICluster.Stranger},3\n");
        var storage = $"http://127.0.0.1:{LoopbackPort.Free()}";
        var peers = $"http://127.0.0.1:{LoopbackPort.Free()}";
        etcd = ServerProcess.Start(
            Etcd!,
            [
                "--data-dir", folder["etcd"], "--listen-client-urls", storage, "--advertise-client-urls", storage, "--listen-peer-urls", peers,
                "--initial-advertise-peer-urls", peers, "--initial-cluster", $"default={peers}", "--unsafe-no-fsync",
            ]);
        server = ServerProcess.Start(
            ApiServer!,
            [
                $"--etcd-servers={storage}", $"--secure-port={port}", "--bind-address=127.0.0.1", $"--tls-cert-file={folder["server.pem"]}", $"--tls-private-key-file={folder["server.key"]}",
                $"--cert-dir={folder["certificates"]}", "--authorization-mode=RBAC", $"--token-auth-file={folder["tokens.csv"]}", "--service-account-issuer=https://kubernetes.default.svc",
                $"--service-account-key-file={folder["accounts.key"]}", $"--service-account-signing-key-file={folder["accounts.key"]}", "--service-cluster-ip-range=10.0.0.0/24",
            ]);
        using var administrator = new ClusterAdministrator(this);
        await Eventually.True("the API server", async () => server.HasExited ? throw new InvalidOperationException(server.Output) : await administrator.IsReadyAsync(), TimeSpan.FromMinutes(2));
    }
}
