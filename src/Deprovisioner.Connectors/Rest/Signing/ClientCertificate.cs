using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest.Signing;

/// <summary>The certificate that is shown to the server (mutual TLS, RFC 8446 section 4.4.2).</summary>
internal static class ClientCertificate
{
    /// <exception cref="SystemFaultException">The certificate or its key cannot be read.</exception>
    public static X509Certificate2? Of(DeclaredCertificate? declared, Scope values)
    {
        if (declared is null)
        {
            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPem(Rendered.Text(declared.Certificate, Place.Plain, values), Rendered.Text(declared.Key, Place.Plain, values));
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new SystemFaultException(new Fault(Outcome.Unauthorized, Fault.Misconfigured, $"The client's certificate or its key is no PEM that belongs together ({error.GetType().Name})."));
        }
    }
}
