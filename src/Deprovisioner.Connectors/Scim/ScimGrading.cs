using System.Net;
using System.Net.Http.Headers;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Scim;

/// <summary>What an HTTP answer means (RFC 7644 section 3.12). Pure: the same answer always means the same.</summary>
internal static class ScimGrading
{
    /// <summary>Null for a success.</summary>
    /// <param name="body">As it came; only a SCIM error's <c>detail</c> and <c>scimType</c> are used.</param>
    /// <param name="redact">Takes secrets out of what the server says.</param>
    public static Fault? Of(HttpStatusCode status, HttpResponseHeaders headers, string body, DateTimeOffset now, Func<string, string> redact)
    {
        var error = ScimJson.Object(body);
        var detail = error?.Text("detail");
        return HttpFaults.Of(status, headers, detail, HttpFaults.Said((int)status, error?.Text("scimType"), detail, redact), now);
    }
}
