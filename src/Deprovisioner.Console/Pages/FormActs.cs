using Deprovisioner.Console.SignIn;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Storage.Asking;
using Microsoft.AspNetCore.Mvc;

namespace Deprovisioner.Console.Pages;

// Theory of operation. A form goes to an address below /do, which asks for the act, waits for its answer for a moment, and sends the browser back to the page with the act's number: so the page shows what became of it, and
// loading it again asks for nothing. Each form carries an antiforgery token, and each address wants the role that its button was shown to.

/// <summary>What the pages' forms ask for.</summary>
internal static class FormActs
{
    public static void Map(WebApplication web)
    {
        var acts = web.MapGroup("/do").ExcludeFromDescription();
        OnSaga(acts, "cancel", Access.Operate, (form, by, id) => ActRequest.Cancel(by, id));
        OnSaga(acts, "release", Access.Approve, (form, by, id) => ActRequest.Release(by, id));
        OnSaga(acts, "reject", Access.Approve, (form, by, id) => ActRequest.Reject(by, id));
        OnSaga(acts, "approve", Access.Approve, (form, by, id) => form.Text("hash") is { } hash ? ActRequest.Approve(by, id, form.Text("stage"), hash) : throw new IncompleteFormException("form"));
        acts.MapPost("/steps/{id:guid}/resolve", (Guid id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.Resolve(by, id, Evidence(form))])).RequireAuthorization(Access.Operate);
        acts.MapPost("/steps/{id:guid}/choose", (Guid id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.Choose(by, id, [.. form["account"].OfType<string>()])])).RequireAuthorization(Access.Operate);
        acts.MapPost("/steps/{id:guid}/skip", (Guid id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.Skip(by, id)])).RequireAuthorization(Access.Operate);
        acts.MapPost("/steps/{id:guid}/verify", (Guid id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.Verify(by, id, Evidence(form))])).RequireAuthorization(Access.Operate);
        acts.MapPost("/events/{id:long}/dismiss", (long id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.Dismiss(by, id)])).RequireAuthorization(Access.Approve);
        acts.MapPost("/events/quarantine/{id:long}/resubmit", (long id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.Resubmit(by, id, form.Text("text") ?? throw new IncompleteFormException("form"))])).RequireAuthorization(Access.Operate);
        acts.MapPost("/systems/{name}/check", (string name, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.Check(by, name)])).RequireAuthorization(Access.Operate);
        acts.MapPost("/systems/{name}/pause", (string name, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.Pause(by, name)])).RequireAuthorization(Access.Operate);
        acts.MapPost("/systems/{name}/resume", (string name, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.Resume(by, name)])).RequireAuthorization(Access.Operate);
        acts.MapPost("/people/{id}/legal-hold", (string id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.SetLegalHold(by, id)])).RequireAuthorization(Access.Operate);
        acts.MapPost("/people/{id}/legal-hold/lift", (string id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.LiftLegalHold(by, id)])).RequireAuthorization(Access.Operate);
        acts.MapPost("/guard/layoffs", (FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [Layoff(form, by)])).RequireAuthorization(Access.Operate);
        acts.MapPost("/guard/layoffs/{id:long}/approve", (long id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.ApproveLayoff(by, id)])).RequireAuthorization(Access.Approve);
        acts.MapPost("/replays", (FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [Replay(form, by)], act => $"/replays/{act.ActId}")).RequireAuthorization(Access.Operate);
        acts.MapPost("/replays/{id:long}/start", (long id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.StartReplay(by, id)])).RequireAuthorization(Access.Operate);
        acts.MapPost("/replays/{id:long}/resume", (long id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.ResumeReplay(by, id)])).RequireAuthorization(Access.Operate);
        acts.MapPost("/replays/{id:long}/cancel", (long id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.CancelReplay(by, id)])).RequireAuthorization(Access.Operate);
        acts.MapPost("/reconciliations", (FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.Reconcile(by, form.Text("system") ?? throw new IncompleteFormException("form"), shrunkIsRight: false)]))
            .RequireAuthorization(Access.Operate);
        acts.MapPost("/reconciliations/{id:guid}/cancel", (Guid id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [ActRequest.CancelReconciliation(by, id)])).RequireAuthorization(Access.Operate);
    }

    /// <summary>What a field says; null: nothing.</summary>
    public static string? Text(this IFormCollection form, string name) => form[name].ToString() is var text && string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static void OnSaga(RouteGroupBuilder acts, string verb, string policy, Func<IFormCollection, Asker, Guid, ActRequest> act)
        => acts.MapPost($"/sagas/{{id:guid}}/{verb}", (Guid id, FormActAnswer answer, [FromForm] IFormCollection form) => answer.Ask(form, by => [act(form, by, id)])).RequireAuthorization(policy);

    private static string Evidence(IFormCollection form) => form.Text("evidence") ?? throw new IncompleteFormException("evidence");

    private static ActRequest Layoff(IFormCollection form, Asker by)
        => int.TryParse(form.Text("size"), out var size) && size > 0 && Query.Day(form.Text("from")) is { } from && Query.Day(form.Text("until")) is { } until && from <= until
            ? ActRequest.AnnounceLayoff(by, size, from, until.AddDays(1))
            : throw new IncompleteFormException("form");

    private static ActRequest Replay(IFormCollection form, Asker by)
    {
        var ids = form["id"].Select(id => Guid.TryParse(id, out var step) ? step : throw new IncompleteFormException("form")).ToList();
        var filter = new ReplayFilter { Ids = ids, System = form.Text("system"), Code = form.Text("code"), Action = form.Text("action") is { } action ? ActionNamed(action) : null };
        return filter.IsEmpty ? throw new IncompleteFormException("selection") : ActRequest.Replay(by, filter, form.Text("start") == "preview" ? ReplayStart.AfterPreview : ReplayStart.IfFew, asksAll: false);
    }

    private static Contracts.StepAction ActionNamed(string name)
        => Contracts.EnumText.All<Contracts.StepAction>().Contains(name) ? Contracts.EnumText.Parse<Contracts.StepAction>(name) : throw new IncompleteFormException("form");
}
