using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest.Declaring;

/// <summary>One request: see <see cref="DeclarationCheck"/>.</summary>
internal static class RequestCheck
{
    public static void Check(DeclaredPlace place, Declaration declaration, DeclarationFaults faults)
    {
        var (path, request) = (place.Path, place.Request);
        if (request.Line is not var (method, address))
        {
            faults.Add(path, "there is not exactly one of get, post, put, patch and delete", "write one of them with its path");
            return;
        }

        if (method == HttpMethod.Delete && place.Writes && request is DeclaredStep { Target: null })
        {
            faults.Add($"{path}.delete", "it is not said what this deletes", "write target: with its kind, like target: membership");
        }

        if (request.Credential is { } credential && (place.MayHoldSecrets || !declaration.Server.Credentials.ContainsKey(credential)))
        {
            faults.Add($"{path}.credential", place.MayHoldSecrets ? "what signs in is sent without a credential" : $"there is no credential '{credential}'", place.MayHoldSecrets ? "take it out" : "declare it under server.credentials");
        }

        if (request is DeclaredStep { WhenItem.Count: > 0 } && !place.Sources.Contains("item"))
        {
            faults.Add($"{path}.whenItem", "this request is not about one of the things that an account has", "use when:, which looks at the account");
        }

        if (request.Json is not null && request.Form is not null)
        {
            faults.Add($"{path}.form", "there are two bodies", "keep one of json and form");
        }

        if (method == HttpMethod.Get && (request.Json is not null || request.Form is not null))
        {
            faults.Add(path, "a GET has no body", "put it into the query, or use post");
        }

        foreach (var template in Templates(request))
        {
            Known(place, template, declaration, faults);
        }

        foreach (var template in Conditions(request).SelectMany(c => (c.Is ?? []).Concat(c.IsNot ?? [])))
        {
            Known(place, template, declaration, faults);
        }

        Authority(place, address, faults);
        foreach (var template in request.Query.Values.SelectMany(v => v).Concat(request.Json?.Templates ?? []))
        {
            Quotes(path, template, faults);
        }

        if (request is DeclaredListing { Pages: { } pages })
        {
            Pages($"{path}.pages", pages, request, faults);
        }
    }

    public static void Known(DeclaredPlace place, Template template, Declaration declaration, DeclarationFaults faults)
    {
        foreach (var value in template.Values)
        {
            if (!place.Sources.Contains(value.Source))
            {
                faults.Add(place.Path, $"{{{value.Text}}} is not known here", $"use {string.Join(", ", place.Sources.Select(s => $"{{{s}}}"))}, or write a blank behind the brace if it is text");
            }
            else if (value.Source == "settings" && declaration.Settings.GetValueOrDefault(value.Key) is var setting
                && (setting is null || (setting.Kind == SettingKind.Secret && !place.MayHoldSecrets)))
            {
                faults.Add(
                    place.Path, setting is null ? $"there is no setting '{value.Key}'" : $"the secret '{value.Key}' stands in a request",
                    setting is null ? "declare it under settings" : "use it under server.credential, from where it is sent and never shown");
            }
        }
    }

    private static IEnumerable<Template> Templates(DeclaredRequest request)
        => [request.Line!.Value.Path, .. request.Query.Values.SelectMany(v => v), .. request.Headers.Values, .. request.Json?.Templates ?? [], .. request.Form?.Values ?? []];

    private static IEnumerable<DeclaredCondition> Conditions(DeclaredRequest request)
        => [.. (request as DeclaredListing)?.Where ?? [], .. (request as DeclaredListing)?.Pages?.More ?? [], .. (request as DeclaredStep)?.When ?? [], .. (request as DeclaredStep)?.WhenItem ?? [], .. request.Answers.SelectMany(a => a.Body)];

    /// <summary>Where a request goes is for the file and the configuration to say, and for nobody whose name is put in.</summary>
    private static void Authority(DeclaredPlace place, Template address, DeclarationFaults faults)
    {
        if (address.Text.StartsWith('/'))
        {
            return;
        }

        if (!address.Text.StartsWith("https://", StringComparison.Ordinal) && !address.Text.StartsWith("{settings.", StringComparison.Ordinal))
        {
            faults.Add(place.Path, "the path is neither below the server's address nor a whole address", "begin it with /, https:// or {settings.…}");
            return;
        }

        var upTo = address.Text.IndexOf('/', address.Text.StartsWith("https://", StringComparison.Ordinal) ? "https://".Length : 0);
        var foreign = Template.Parse(upTo < 0 ? address.Text : address.Text[..upTo]).Template!.Values.FirstOrDefault(v => v.Source != "settings");
        if (foreign is not null)
        {
            faults.Add(place.Path, $"{{{foreign.Text}}} would decide to which server the request goes", "only {settings.…} may");
        }
    }

    private static void Quotes(string path, Template template, DeclarationFaults faults)
    {
        char? open = null;
        foreach (var (literal, value) in template.Parts)
        {
            foreach (var c in literal ?? "")
            {
                open = c is '"' or '\'' && open is null ? c : c == open ? null : open;
            }

            if (value is { Writing: Writing.AsIs, Source: not "settings" } && open is { } quote)
            {
                faults.Add(path, $"{{{value.Text}}} stands in quotes, and a quote in it would end them", $"write {{{value.Text}|{(quote == '"' ? "quoted" : "odata")}}}, or |soql where the server escapes with backslashes");
            }
        }
    }

    private static void Pages(string path, DeclaredPages pages, DeclaredRequest request, DeclarationFaults faults)
    {
        var ways = new object?[] { pages.Link, pages.Next, pages.Cursor, pages.Offset, pages.Page }.Count(w => w is not null);
        if (ways != 1)
        {
            faults.Add(path, "there is not exactly one way to the next page", "write one of link, next, cursor, offset and page");
        }

        if (pages.Cursor is not null && new[] { pages.Parameter is not null, TakesCursor(request), pages.Continue is { } onward && TakesCursor(onward) }.Count(takes => takes) != 1)
        {
            faults.Add(path, "it is not said where the cursor goes, or several times", "write parameter: with the query's name for it, {cursor} in json or form, or continue: with a request that has it");
        }

        if (pages.Cursor is null && (pages.Continue is not null || pages.More.Count > 0))
        {
            faults.Add(path, "continue and more go with a cursor", "write cursor:, or take them out");
        }
    }

    private static bool TakesCursor(DeclaredRequest request)
        => (request.Json?.Templates ?? []).Concat(request.Form?.Values ?? []).Concat(request.Query.Values.SelectMany(v => v)).Any(t => t.Only is { Source: "cursor" });
}
