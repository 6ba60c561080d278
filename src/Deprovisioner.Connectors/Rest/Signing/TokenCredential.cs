using System.Collections.Concurrent;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Rest.Signing;

/// <summary>
/// A token that is asked for when it is first needed, kept until shortly before it ends, and asked for anew once it is refused: but not again and again, since what refuses a fresh token
/// refuses the credential itself.
/// </summary>
internal sealed class TokenCredential(DeclaredCredential declared, Scope values, Func<CancellationToken, Task<Token>> ask, TimeProvider clock) : IRestCredential
{
    /// <summary>Before its end, for the time that a request is on its way; a twentieth for tokens of seconds.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim one = new(1);
    private readonly ConcurrentDictionary<string, byte> sent = new(StringComparer.Ordinal);
    private volatile Held? held;

    public IReadOnlyCollection<string> Sent => [.. sent.Keys];

    public async Task ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await CurrentAsync(cancellationToken);
        var scope = values.With("token", token);
        IReadOnlyList<(string, string)> headers = declared.Headers.Count == 0 && declared.Query.Count == 0 ? [("Authorization", $"Bearer {token}")] : RestCredentials.Headers(declared, scope);
        RestCredentials.Apply(request, headers, RestCredentials.Query(declared, scope));
    }

    public bool Forget()
    {
        var current = held;
        held = null;
        return current is { Used: true };
    }

    public void Dispose() => one.Dispose();

    private async Task<string> CurrentAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            if (held is { } good && clock.GetUtcNow() < good.Until)
            {
                good.Used = true;
                return good.Text;
            }

            var token = await ask(cancellationToken);
            var margin = token.Lifetime / 20 < Margin ? token.Lifetime / 20 : Margin;
            held = new Held(token.Text, clock.GetUtcNow() + token.Lifetime - margin);
            sent[token.Text] = 0;
            return token.Text;
        }
        finally
        {
            one.Release();
        }
    }

    /// <param name="text">The token.</param>
    /// <param name="until">When another one is asked for, UTC.</param>
    private sealed class Held(string text, DateTimeOffset until)
    {
        public string Text => text;

        public DateTimeOffset Until => until;

        /// <summary>Whether it was taken from here, and not just asked for.</summary>
        public bool Used { get; set; }
    }
}
