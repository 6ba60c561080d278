using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Rest;

/// <summary>Secrets that answers held, as a declaration says where they stand: for redaction. A token that is to be revoked works until it is.</summary>
internal sealed class SecretsOfAnswers
{
    /// <summary>Far more than the requests under way can be about; what was noted long ago was asked for and is done with.</summary>
    private const int Most = 10_000;

    private readonly Lock gate = new();
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    /// <summary>As they stand in a text, in an address and in a form.</summary>
    public IReadOnlyCollection<string> Texts
    {
        get
        {
            lock (gate)
            {
                return [.. known.SelectMany(text => new[] { text, Uri.EscapeDataString(text), WebUtility.UrlEncode(text) }).Distinct()];
            }
        }
    }

    public void Note(DeclaredRequest request, string answer)
    {
        if (request is not DeclaredListing { Secret: { Count: > 0 } places } listing || Json(answer) is not { } body)
        {
            return;
        }

        var found = listing.Items.In(body).SelectMany(item => places.SelectMany(place => place.In(item))).Select(Location.Plain).OfType<string>();
        lock (gate)
        {
            foreach (var text in found.Where(known.Add))
            {
                order.Enqueue(text);
                if (order.Count > Most)
                {
                    known.Remove(order.Dequeue());
                }
            }
        }
    }

    private static JsonNode? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
