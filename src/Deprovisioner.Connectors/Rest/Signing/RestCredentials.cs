using System.Text;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Rest.Signing;

/// <summary>Proves to the server who sends a request.</summary>
internal interface IRestCredential : IDisposable
{
    /// <summary>Each secret text that requests have carried, in the form in which they did; for redaction.</summary>
    IReadOnlyCollection<string> Sent { get; }

    /// <summary>Puts it on.</summary>
    Task ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken);

    /// <summary>It was refused. True: another one can be asked for.</summary>
    bool Forget();
}

/// <summary>The credential that a declaration asks for.</summary>
internal static class RestCredentials
{
    public static IRestCredential Of(DeclaredCredential declared, RestSettings settings, CredentialRequests requests, TimeProvider clock)
    {
        var values = settings.Values;
        return declared switch
        {
            { Bearer: { } bearer } => Fixed("Bearer " + Rendered.Text(bearer, Place.Header, values)),

            // RFC 7617 section 2.
            { Basic: { } basic } => Fixed("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Rendered.Text(basic.User, Place.Plain, values)}:{Rendered.Text(basic.Password, Place.Plain, values)}"))),
            { Oauth2: { } oauth } => new TokenCredential(declared, values, new OAuthGrant(oauth, values, requests, clock).AskAsync, clock),
            { Jwt: { } jwt } => new TokenCredential(declared, values, _ => Task.FromResult(new Token(Assertion.Sign(jwt, values, clock), jwt.Lifetime)), clock),
            { Login: { } login } => new TokenCredential(declared, values, token => requests.SignInAsync(login, values, token), clock),
            _ => new FixedCredential(Headers(declared, values), Query(declared, values)),
        };

        FixedCredential Fixed(string authorization) => new([("Authorization", authorization), .. Headers(declared, values)], Query(declared, values));
    }

    internal static IReadOnlyList<(string Name, string Value)> Headers(DeclaredCredential declared, Scope values)
        => [.. declared.Headers.Select(h => (h.Key, Rendered.Text(h.Value, Place.Header, values)))];

    internal static IReadOnlyList<(string Name, string Value)> Query(DeclaredCredential declared, Scope values)
        => [.. declared.Query.Select(q => (q.Key, Rendered.Text(q.Value, Place.Query, values)))];

    internal static void Apply(HttpRequestMessage request, IReadOnlyList<(string Name, string Value)> headers, IReadOnlyList<(string Name, string Value)> query)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (query.Count > 0)
        {
            var address = request.RequestUri!;
            var more = string.Join('&', query.Select(q => $"{Uri.EscapeDataString(q.Name)}={q.Value}"));
            request.RequestUri = new Uri(address.AbsoluteUri + (address.Query.Length == 0 ? "?" : "&") + more);
        }
    }

    /// <summary>The same each time.</summary>
    private sealed class FixedCredential(IReadOnlyList<(string Name, string Value)> headers, IReadOnlyList<(string Name, string Value)> query) : IRestCredential
    {
        public IReadOnlyCollection<string> Sent { get; } = [.. headers.Concat(query).SelectMany(part => new[] { part.Value, part.Value.Split(' ')[^1] })];

        public Task ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Apply(request, headers, query);
            return Task.CompletedTask;
        }

        public bool Forget() => false;

        public void Dispose()
        {
        }
    }
}

/// <summary>A token and how long it is good.</summary>
internal sealed record Token(string Text, TimeSpan Lifetime)
{
    public override string ToString() => nameof(Token);
}
