using System.Text.Json.Nodes;

namespace Deprovisioner.Connectors.Scim;

/// <summary>What the server says of itself (RFC 7643 section 5), read once.</summary>
internal sealed class ScimCapabilities(ScimClient client, PatchUse asked)
{
    private volatile PatchUse known = asked;

    /// <summary>Whether a change begins with PATCH. A server that says nothing of it has it: most do, and it answers 501 if not.</summary>
    public async Task<bool> HasPatchAsync(CancellationToken cancellationToken)
    {
        if (known == PatchUse.Auto)
        {
            var reply = await client.GetAsync(ScimNames.ServiceProviderConfig, "", cancellationToken);
            if (reply.Fault is not null && !reply.Gone)
            {
                // Not readable with this credential, or not now: say nothing for the next time.
                return true;
            }

            known = Supports(reply.Body, "patch") is false ? PatchUse.Put : PatchUse.Patch;
        }

        return known == PatchUse.Patch;
    }

    /// <summary>Null where the server does not say.</summary>
    public static bool? Supports(JsonObject? configuration, string feature)
        => bool.TryParse((configuration?.Get(feature) as JsonObject)?.Text("supported"), out var supported) ? supported : null;
}
