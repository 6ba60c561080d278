using System.Xml.Linq;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>Asks IAM, as the key's user or in the role that is to be assumed.</summary>
internal sealed class IamClient(AwsIamSettings settings, ISecrets secrets, TimeProvider clock) : IDisposable
{
    /// <summary>More pages than any account has: a user, group or policy list ends long before. A service that never ends one is not followed for ever.</summary>
    private const int MostPages = 1_000;

    private readonly AwsService iam = new("iam", "2010-05-08", settings.Endpoint);
    private readonly AwsQuery query = new(settings, secrets, clock);
    private readonly AssumedRole role = new(settings, clock);

    /// <summary>Does it; what is not there any more is no error.</summary>
    public Task ChangeAsync(IamRequest request, CancellationToken cancellationToken) => DoAsync(request, cancellationToken);

    /// <returns>False: NoSuchEntity.</returns>
    public async Task<bool> DoAsync(IamRequest request, CancellationToken cancellationToken) => await SendAsync(request, cancellationToken) is not null;

    /// <summary>The action's result; null: NoSuchEntity.</summary>
    public async Task<XElement?> FindAsync(IamRequest request, CancellationToken cancellationToken)
        => await SendAsync(request, cancellationToken) is { } root
            ? root.Child($"{request.Action}Result") ?? throw new SystemFaultException(IamGrading.NotIam(request.Action))
            : null;

    /// <summary>One page of a list, and where the next begins; null: there is none.</summary>
    public async Task<(IReadOnlyList<XElement> Members, string? Marker)> PageAsync(IamRequest request, string list, string? marker, CancellationToken cancellationToken)
    {
        // A user that is renamed or deleted while it is read must not look like one that has nothing.
        var result = await FindAsync(request.Page(marker), cancellationToken)
            ?? throw new SystemFaultException(new Fault(Outcome.Transient, "changed-meanwhile", $"The user was renamed or deleted while it was read ({request.Action})."));

        // An answer without its list must not pass for an empty one.
        return result.Child(list) is null
            ? throw new SystemFaultException(IamGrading.NotIam(request.Action))
            : ([.. result.Members(list)], result.Text("IsTruncated") == "true" ? result.Text("Marker") ?? throw new SystemFaultException(IamGrading.NotIam(request.Action)) : null);
    }

    /// <summary>A whole list, of all its pages.</summary>
    public async Task<IReadOnlyList<XElement>> ListAsync(IamRequest request, string list, CancellationToken cancellationToken)
    {
        var all = new List<XElement>();
        string? marker = null;
        for (var page = 0; page < MostPages; page++)
        {
            var (members, next) = await PageAsync(request, list, marker, cancellationToken);
            all.AddRange(members);
            if (next is null)
            {
                return all;
            }

            marker = next;
        }

        throw new SystemFaultException(new Fault(Outcome.Rejected, "paging-ignored", $"{request.Action} has more than {MostPages} pages, or shows one again and again."));
    }

    public void Dispose()
    {
        role.Dispose();
        query.Dispose();
    }

    private async Task<XElement?> SendAsync(IamRequest request, CancellationToken cancellationToken)
        => await query.SendAsync(iam, await role.CredentialAsync(query, cancellationToken), request, cancellationToken);
}
