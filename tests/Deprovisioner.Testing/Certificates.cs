namespace Deprovisioner.Testing;

/// <summary>A certificate for a loopback address under an authority made for it, as PEM files of a folder.</summary>
public static class Certificates
{
    /// <summary>Writes <c>ca.pem</c>, <c>other-ca.pem</c> (of the same name, has signed nothing), <c>server.pem</c> and <c>server.key</c>.</summary>
    public static async Task Make(TemporaryFolder folder, string address = "127.0.0.1")
    {
        // Elliptic curves, since RSA keys take a second or more each.
        string[] key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        foreach (var name in new[] { "ca", "other-ca" })
        {
            await ServerProcess.Run("openssl", ["req", "-x509", .. key, "-keyout", folder[$"{name}.key"], "-out", folder[$"{name}.pem"], "-days", "2", "-subj", "/CN=Test Authority"]);
        }

        await ServerProcess.Run("openssl", ["req", .. key, "-keyout", folder["server.key"], "-out", folder["server.csr"], "-subj", "/CN=server"]);
        folder.Write("server.ext", $"subjectAltName=IP:{address}\nextendedKeyUsage=serverAuth\n");
        await ServerProcess.Run(
            "openssl",
            ["x509", "-req", "-in", folder["server.csr"], "-CA", folder["ca.pem"], "-CAkey", folder["ca.key"], "-CAcreateserial", "-days", "2", "-extfile", folder["server.ext"], "-out", folder["server.pem"]]);
    }
}
