using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Scim;

/// <summary>
/// Changes one resource, in the first way that the server understands.
/// <para>
/// A way that is refused is followed by the next one. A way that is taken and shows no effect is followed by its twin only: it may be a server
/// that reads another copy than it writes, and a PUT built from an old copy would undo what others changed meanwhile, while the text
/// <c>"False"</c> may count as true where it is not understood. Such a server is for the host's read-back, and for a person, to judge.
/// </para>
/// </summary>
internal sealed class ScimWriter(ScimClient client, ScimSettings settings)
{
    private readonly ScimCapabilities capabilities = new(client, settings.Patch);

    // What this server understood last: spares the refusals. Threads that race here only lose a spared request.
    private volatile ActiveForm understood = ActiveForm.Path;

    public async Task SetActiveAsync(ScimAddress user, bool active, CancellationToken cancellationToken)
    {
        if (!await capabilities.HasPatchAsync(cancellationToken))
        {
            await PutAsync(user, resource => SetActive(resource, active), cancellationToken);
            return;
        }

        Fault? refusal = null;
        var takenInVain = false;
        foreach (var form in Enum.GetValues<ActiveForm>().OrderBy(form => form == understood ? 0 : 1))
        {
            if (takenInVain && form == ActiveForm.CapitalText)
            {
                return;
            }

            var reply = await client.PatchAsync(user, ScimPatch.Active(form, active), cancellationToken);
            if (reply.Gone)
            {
                return;
            }

            if (reply.Fault is null)
            {
                if (await ShowsAsync(user, reply, active, cancellationToken))
                {
                    understood = form;
                    return;
                }

                takenInVain = true;
                continue;
            }

            refusal = NotUnderstood(reply) ? reply.Fault : throw new SystemFaultException(reply.Fault);
            if (NoPatch(reply))
            {
                break;
            }
        }

        if (refusal is not null && !takenInVain)
        {
            await PutInsteadAsync(refusal, user, resource => SetActive(resource, active), cancellationToken);
        }
    }

    /// <summary>Takes away or gives back attributes of the user itself.</summary>
    /// <param name="patch">The change as a PATCH.</param>
    /// <param name="change">The same change to a whole resource; false: nothing to change.</param>
    public async Task ChangeUserAsync(ScimAddress user, JsonObject patch, Func<JsonObject, bool> change, CancellationToken cancellationToken)
    {
        if (!await capabilities.HasPatchAsync(cancellationToken))
        {
            await PutAsync(user, change, cancellationToken);
            return;
        }

        var reply = await client.PatchAsync(user, patch, cancellationToken);
        if (reply.Fault is not null && NotUnderstood(reply))
        {
            await PutInsteadAsync(reply.Fault, user, change, cancellationToken);
            return;
        }

        reply.ThrowUnlessGone();
    }

    /// <summary>
    /// Changes a group's members. A PUT replaces all of them, so it is used only where the server has no PATCH at all, never because one was refused.
    /// </summary>
    /// <returns>Whether the group is still there.</returns>
    public async Task<bool> ChangeMembersAsync(ScimAddress group, JsonObject patch, Func<JsonObject, bool> change, CancellationToken cancellationToken)
    {
        if (!await capabilities.HasPatchAsync(cancellationToken))
        {
            return await PutAsync(group, change, cancellationToken);
        }

        var reply = await client.PatchAsync(group, patch, cancellationToken);
        if (NoPatch(reply))
        {
            return await PutInsteadAsync(reply.Fault!, group, change, cancellationToken);
        }

        reply.ThrowUnlessGone();
        return !reply.Gone;
    }

    private static bool SetActive(JsonObject user, bool active)
    {
        var key = user.KeyOf("active") ?? "active";

        // In the kind in which the server keeps it.
        user[key] = user[key]?.GetValueKind() == System.Text.Json.JsonValueKind.String ? (active ? "True" : "False") : active;
        return true;
    }

    // RFC 7644 section 3.12 has 400 for what is not understood and 501 for what is not there; servers also answer 405, 415 and 422.
    private static bool NotUnderstood(ScimReply reply) => reply.Fault?.Outcome == Outcome.Rejected && reply.Status is 400 or 405 or 415 or 422 or 501;

    private static bool NoPatch(ScimReply reply) => reply.Status is 405 or 501;

    // Section 3.5.2: 200 with the resource, or 204 without.
    private async Task<bool> ShowsAsync(ScimAddress user, ScimReply reply, bool active, CancellationToken cancellationToken)
    {
        var shown = reply.Body;
        if (shown?.Get("active") is null)
        {
            var read = await client.GetAsync(user, cancellationToken);
            read.ThrowUnlessGone();
            if (read.Gone)
            {
                return true;
            }

            shown = read.Body;
        }

        return shown is not null && ScimUser.Active(shown) == active;
    }

    private Task<bool> PutInsteadAsync(Fault refusal, ScimAddress address, Func<JsonObject, bool> change, CancellationToken cancellationToken)
        => settings.Patch == PatchUse.Patch
            ? throw new SystemFaultException(refusal)
            : PutAsync(address, change, cancellationToken);

    // RFC 7644 section 3.5.1. Whole, since what is left out may be cleared; with If-Match where the server gives a tag (section 3.14), so
    // that what others change meanwhile is not undone: 412 comes back as transient, and the next attempt reads again.
    private async Task<bool> PutAsync(ScimAddress address, Func<JsonObject, bool> change, CancellationToken cancellationToken)
    {
        var read = await client.GetAsync(address, cancellationToken);
        read.ThrowUnlessGone();
        if (read.Gone)
        {
            return false;
        }

        var resource = read.Body?.Text("id") == address.Id ? read.Body : throw new SystemFaultException(ScimFaults.NotScim($"/{address.Collection}/{{id}}"));
        if (!change(resource))
        {
            return true;
        }

        // Read-only ones (RFC 7643 sections 3.1 and 4.1.2); some servers refuse to see them.
        foreach (var name in (string[])["meta", .. address.Collection == ScimNames.Users ? ["groups"] : Array.Empty<string>()])
        {
            resource.Remove(resource.KeyOf(name) ?? name);
        }

        var reply = await client.PutAsync(address, resource, read.ETag, cancellationToken);
        reply.ThrowUnlessGone();
        return !reply.Gone;
    }
}
