using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Http;

/// <summary>One request and its answer, within a time.</summary>
internal static class HttpExchange
{
    /// <param name="writes">Whether the request changes something: then no answer is not the same as nothing done.</param>
    /// <param name="read">Makes something of the answer and its body.</param>
    /// <exception cref="SystemFaultException">No answer: see <see cref="HttpFaults"/>.</exception>
    public static async Task<T> SendAsync<T>(
        HttpClient http, HttpRequestMessage request, bool writes, TimeSpan timeout, TimeProvider clock, Func<HttpResponseMessage, string, T> read, CancellationToken cancellationToken)
    {
        var authority = request.RequestUri!.Authority;
        using var limit = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await http.SendAsync(request, either.Token);
            return read(answer, await answer.Content.ReadAsStringAsync(either.Token));
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SystemFaultException(limit.IsCancellationRequested ? HttpFaults.Late(timeout, writes) : HttpFaults.Unreachable(authority, "no connection in time"), error);
        }
        catch (HttpRequestException error)
        {
            throw new SystemFaultException(HttpFaults.Broken(error, writes, authority), error);
        }
    }
}
