using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest.Signing;

/// <summary>The requests that ask for a token: sent without one, and answered for the whole system.</summary>
internal sealed class CredentialRequests(RestClient client)
{
    private static readonly Template Empty = Template.Parse("").Template!;

    /// <summary>Signs in.</summary>
    public async Task<Token> SignInAsync(DeclaredLogin login, Scope values, CancellationToken cancellationToken)
    {
        var reply = await SendAsync(login, values, cancellationToken);
        var token = login.TokenHeader is { } header
            ? reply.Headers.TryGetValues(header, out var found) ? found.First() : null
            : login.Token!.TextIn(reply.Body);
        return new Token(token ?? throw RestFaults.NotAsDeclared("the answer to signing in has no token"), login.Lifetime);
    }

    /// <summary>Posts a form to a token endpoint (RFC 6749 section 3.2).</summary>
    /// <param name="basic">The Authorization header; null: none.</param>
    public async Task<JsonNode> AskAsync(Uri endpoint, IReadOnlyDictionary<string, string> form, string? basic, CancellationToken cancellationToken)
    {
        var values = new Scope().With("form", form).With("basic", basic ?? "");
        var request = new DeclaredRequest
        {
            Post = Empty,
            Form = form.Keys.ToDictionary(key => key, key => Template.Parse($"{{form.{key}}}").Template!),
            Headers = basic is null ? new Dictionary<string, Template>() : new Dictionary<string, Template> { ["Authorization"] = Template.Parse("{basic}").Template! },
        };
        return (await CheckedAsync(client.ExchangeAsync(HttpMethod.Post, endpoint, request, values, writes: false, with: null, cancellationToken))).Body
            ?? throw RestFaults.NotAsDeclared("the token endpoint's answer is no JSON");
    }

    private Task<RestReply> SendAsync(DeclaredRequest request, Scope values, CancellationToken cancellationToken)
        => CheckedAsync(client.ExchangeAsync(request.Line!.Value.Method, client.AddressOf(request, values), request, values, writes: false, with: null, cancellationToken));

    /// <summary>RFC 6749 section 5.2 answers 400 for a refused client or grant: whatever it is, it is the credential's trouble and not a person's.</summary>
    private static async Task<RestReply> CheckedAsync(Task<RestReply> sent)
    {
        var reply = await sent;
        return reply.Fault is { Outcome: Outcome.Rejected } refused
            ? throw new SystemFaultException(refused with { Outcome = Outcome.Unauthorized, Message = $"No token was given. {refused.Message}" })
            : reply.OrThrow();
    }
}
