using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Worker.Commands.Server;

/// <summary>Where the API takes each kind of act, and what it wants to be told. Who asks is for the console to know, by the token.</summary>
internal static class ActAddress
{
    /// <exception cref="ServerException">It cannot be asked for over HTTP.</exception>
    public static (string Path, JsonObject Body) Of(ActRequest request)
    {
        var body = new JsonObject { ["why"] = request.Why };
        var details = request.Details is null ? [] : JsonNode.Parse(request.Details)!.AsObject();
        switch (request.Kind)
        {
            case "cancel" or "release" or "reject":
                return ($"sagas/{request.SagaId}/{request.Kind}", body);
            case "ask":
                return ($"sagas/{request.SagaId}/ask-guard", body);
            case "approve":
                body["stage"] = details["stage"]?.DeepClone();
                body["hash"] = details["hash"]?.DeepClone();
                return ($"sagas/{request.SagaId}/approve", body);
            case "resolve" or "verify":
                body["evidence"] = request.Evidence;
                return ($"steps/{request.StepId}/{request.Kind}", body);
            case "choose":
                body["accounts"] = details["accounts"]?.DeepClone();
                return ($"steps/{request.StepId}/choose", body);
            case "skip":
                return ($"steps/{request.StepId}/skip", body);
            case "dismiss":
                return ($"events/{request.Target}/dismiss", body);
            case "resubmit":
                body["text"] = Encoding.UTF8.GetString(details["raw"]!.GetValue<byte[]>());
                return ($"events/quarantine/{request.Target}/resubmit", body);
            case "pause" or "resume" or "check":
                return ($"systems/{Uri.EscapeDataString(request.System!)}/{request.Kind}", body);
            case "legal-hold-set":
                return ($"people/{Uri.EscapeDataString(request.PersonId!)}/legal-hold", body);
            case "legal-hold-lift":
                return ($"people/{Uri.EscapeDataString(request.PersonId!)}/legal-hold/lift", body);
            case "guard-announce":
                return ("guard/layoffs", Layoff(body, details));
            case "guard-approve":
                return ($"guard/layoffs/{request.Target}/approve", body);
            case "replay-job":
                return ("replays", Replay(body, JsonSerializer.Deserialize<NewReplay>(request.Details!, JsonSerializerOptions.Web)!));
            case "replay-start" or "replay-resume" or "replay-cancel":
                return ($"replays/{request.Target}/{request.Kind["replay-".Length..]}", body);
            case "reconcile":
                body["systems"] = new JsonArray(request.System);
                body["shrunkIsRight"] = details["shrunkIsRight"]?.DeepClone();
                return ("reconciliations", body);
            case "reconcile-cancel":
                return ($"reconciliations/{details["run"]}/cancel", body);
            default:
                throw new ServerException($"'{request.Kind}' is asked for with the database only.");
        }
    }

    private static JsonObject Layoff(JsonObject body, JsonObject details)
    {
        body["size"] = details["size"]?.DeepClone();
        body["from"] = Day(details["from"]!.GetValue<DateTimeOffset>());
        body["until"] = Day(details["until"]!.GetValue<DateTimeOffset>().AddDays(-1));
        return body;
    }

    private static JsonObject Replay(JsonObject body, NewReplay replay)
    {
        var filter = replay.Filter;
        body["ids"] = new JsonArray([.. filter.Ids.Select(id => (JsonNode)id)]);
        body["system"] = filter.System;
        body["code"] = filter.Code;
        body["action"] = filter.Action is { } action ? EnumText.Of(action) : null;
        body["policy"] = filter.Policy;
        body["kind"] = filter.Kind;
        body["person"] = filter.Person;
        body["failedFrom"] = filter.Since;
        body["failedBefore"] = filter.Before;
        body["all"] = filter.IsEmpty;
        body["start"] = replay.Start switch { ReplayStart.AtOnce => "at-once", ReplayStart.AfterPreview => "preview", _ => "if-few" };
        body["previewAll"] = replay.AskAll;
        return body;
    }

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
