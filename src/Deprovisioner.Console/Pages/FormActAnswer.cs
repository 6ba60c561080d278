using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Console.Pages;

/// <summary>Something is missing in a form; the word says what (<c>ActNote.razor</c>).</summary>
internal sealed class IncompleteFormException(string what) : Exception(what);

/// <summary>Asks for what a form asks for, and leads back to where it stood.</summary>
internal sealed class FormActAnswer(IHttpContextAccessor accessor, IOperations operations, TimeProvider clock)
{
    /// <summary>An orchestrator answers in a tenth of a second; who waits longer sees that it is asked for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <param name="leadsTo">Where what was done is to be seen; null: on the page with the form.</param>
    public async Task<IResult> Ask(IFormCollection form, Func<Asker, IReadOnlyList<ActRequest>> acts, Func<Act, string>? leadsTo = null)
    {
        var http = accessor.HttpContext!;
        var back = Local(form["back"].ToString());
        try
        {
            var why = form.Text("why") ?? throw new IncompleteFormException("why");
            var asked = await operations.Answered(await operations.Ask(acts(new Asker(http.User.Who(), why)), CancellationToken.None), Patience, clock, http.RequestAborted);
            return Results.LocalRedirect(leadsTo is not null && asked is [{ Status: "done" } done] ? leadsTo(done) : With(back, [.. asked.Select(act => KeyValuePair.Create("act", $"{act.ActId}"))]));
        }
        catch (IncompleteFormException error)
        {
            return Results.LocalRedirect(With(back, KeyValuePair.Create("problem", error.Message)));
        }
    }

    /// <summary>A page of ours, whatever the form says.</summary>
    private static string Local(string back) => back.StartsWith('/') && !back.StartsWith("//", StringComparison.Ordinal) && !back.Contains('\\') ? back : "/";

    private static string With(string back, params KeyValuePair<string, string>[] more)
    {
        var (path, query) = back.Split('?', 2) is [var before, var after] ? (before, after) : (back, "");
        var kept = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query).Where(q => q.Key is not ("act" or "problem")).SelectMany(q => q.Value.Select(value => KeyValuePair.Create(q.Key, value)));
        return path + QueryString.Create([.. kept, .. more.Select(m => KeyValuePair.Create(m.Key, (string?)m.Value))]);
    }
}
