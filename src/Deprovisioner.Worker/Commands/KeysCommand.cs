using System.CommandLine;
using Deprovisioner.Storage.Access;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>keys create</c>, <c>keys list</c> and <c>keys revoke</c>: with the database only, so that no key can make another one.</summary>
internal static class KeysCommand
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(90);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static Command Create() => new("keys", "API keys, by which machines use the console.") { New(), List(), Revoke() };

    private static Command New()
    {
        var name = new Argument<string>("NAME") { Description = "Whose it is, as the audit names them: hris, ci, siem." };
        var roles = new Option<string[]>("--role") { Required = true, AllowMultipleArgumentsPerToken = true, Description = $"What it may do; several add up: {string.Join(", ", AccessRoles.All)}." };
        roles.AcceptOnlyFromAmong([.. AccessRoles.All]);
        var days = new Option<int>("--days") { Description = $"How long it counts; {Usual.TotalDays} days unless told, {Longest.TotalDays} at most.", DefaultValueFactory = _ => (int)Usual.TotalDays };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 366)
            {
                result.AddError("--days is from 1 to 366.");
            }
        });
        var command = new Command("create", "Make a key, and print it: this once, since only its hash is kept.") { name, roles, days };
        var by = ActCommands.By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            var key = ApiKeyText.New();
            var expires = services.GetRequiredService<TimeProvider>().GetUtcNow().AddDays(parsed.GetValue(days));
            var request = ActRequest.CreateKey(by.Of(parsed), key, parsed.GetValue(name)!, [.. parsed.GetValue(roles)!.Distinct()], expires);
            var answer = (await ActAnswers.Of(services.GetRequiredService<IOperations>(), [request], ActAnswers.Patience, cancellationToken))[0];
            if (answer.Status != "done")
            {
                Terminal.Error(answer.Answer ?? "no orchestrator has taken the request: start one, make a key then. This one is never shown.");
                return DeprovisionerCommands.Failed;
            }

            if (parsed.GetValue(by.Json))
            {
                Terminal.Json(new NewKey(key.Reveal(), key.Id, expires));
            }
            else
            {
                Terminal.Line(key.Reveal());
                await Console.Error.WriteLineAsync(answer.Answer);
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command List()
    {
        var json = Terminal.JsonOption();
        var command = new Command("list", "List keys, the newest first.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            var keys = await services.GetRequiredService<ApiKeys>().List(cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(keys);
            }
            else
            {
                Terminal.Table("No key was ever made.", ["key", "name", "roles", "until", "made by", "why", "taken back"], keys.Select(k => new[]
                {
                    k.KeyId, k.Name, string.Join(", ", k.Roles), TimeText.Of(k.ExpiresAt), k.CreatedBy, k.CreatedWhy, k.RevokedAt is { } at ? $"{TimeText.Of(at)} by {k.RevokedBy}: {k.RevokedWhy}" : null,
                }));
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("KEY") { Description = "Its id in 'keys list'; the key itself is not needed, and not wanted." };
        var command = new Command("revoke", "Take a key back: it counts no longer.") { id };
        var by = ActCommands.By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            return await ActCommands.Ask(services.GetRequiredService<IOperations>(), [ActRequest.RevokeKey(by.Of(parsed), parsed.GetValue(id)!)], parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    private sealed record NewKey(string Key, string KeyId, DateTimeOffset ExpiresAt);
}
