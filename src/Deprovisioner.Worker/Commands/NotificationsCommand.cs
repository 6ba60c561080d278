using System.CommandLine;
using Deprovisioner.Core.Notifying;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Worker.Notifying;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>notifications list</c> and <c>notifications test</c></summary>
internal static class NotificationsCommand
{
    private static readonly string[] Statuses = ["waiting", "delivered", "given-up"];

    public static Command Create() => new("notifications", "Look at webhooks and mails, and try a receiver.") { List(), Test() };

    private static Command List()
    {
        var receiver = new Option<string?>("--receiver") { Description = "Only what goes to this one." };
        var status = new Option<string?>("--status") { Description = $"Only these: {string.Join(", ", Statuses)}." };
        status.AcceptOnlyFromAmong(Statuses);
        var part = new PartOptions();
        var json = Terminal.JsonOption();
        var command = new Command("list", "List webhooks and mails, the newest first, with how it went.") { receiver, status, json };
        part.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var operations = services.GetRequiredService<IOperations>();
            var page = await operations.Notifications(new(parsed.GetValue(receiver), parsed.GetValue(status)), part.Of(parsed), cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(page);
                return DeprovisionerCommands.Done;
            }

            foreach (var troubled in await operations.TroubledReceivers(cancellationToken))
            {
                Terminal.Line(troubled.GoneAt is { } gone
                    ? $"{troubled.Receiver} said that it is gone, {TimeText.Of(gone)}: it gets nothing more until the configuration changes."
                    : $"{troubled.Receiver} failed {troubled.Failures} times in a row; it is asked again {TimeText.Of(troubled.QuietUntil)}.");
            }

            Terminal.Table("Nothing was told to anybody.", ["#", "receiver", "about", "status", "attempts", "next", "done", "last answer"], page.Items.Select(n => new[]
            {
                n.Id.ToString(), n.Receiver, n.Kind == "mail" ? n.About : $"event {n.About}", n.Status, n.Attempts.ToString(), TimeText.Of(n.NextAt), TimeText.Of(n.DoneAt),
                n.LastError is null ? n.LastCode : $"{n.LastCode} {n.LastError}",
            }));
            PartOptions.TellOfMore(page.Next);
            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command Test()
    {
        var name = new Argument<string>("RECEIVER") { Description = "Its name in the configuration." };
        var json = Terminal.JsonOption();
        var command = new Command("test", "Send a receiver a test from here, with the configuration and the secrets that are here. Needs no database; nothing of it is kept.") { name, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = ConfigurationFile.Load(CommandServices.Settings().ConfigPath).Notifications;
            var wanted = parsed.GetValue(name)!;
            if (settings.Receivers.FirstOrDefault(r => r.Name == wanted) is not { } receiver)
            {
                Terminal.Error($"the configuration has no receiver {wanted}; it has {(settings.Receivers.Any() ? string.Join(", ", settings.Receivers.Select(r => r.Name)) : "none")}.");
                return DeprovisionerCommands.Failed;
            }

            await using var services = CommandServices.WithSenders();
            var answer = await Send(services.GetRequiredService<NotificationSenders>(), settings, receiver, cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(new { receiver = receiver.Name, delivered = answer.Result is DeliveryResult.Delivered, answer.Code, answer.Error });
            }
            else
            {
                Terminal.Line($"{receiver.Name}: {(answer.Result is DeliveryResult.Delivered ? "delivered" : "NOT delivered")}, {answer.Code}{(answer.Error is null ? "" : $": {answer.Error}")}");
            }

            return answer.Result is DeliveryResult.Delivered ? DeprovisionerCommands.Done : DeprovisionerCommands.Failed;
        });
        return command;
    }

    private static async Task<DeliveryAnswer> Send(NotificationSenders senders, NotificationSettings settings, NotificationReceiver receiver, CancellationToken cancellationToken)
    {
        var now = senders.Clock.GetUtcNow();
        var id = $"test-{Guid.NewGuid():N}";
        if (receiver is WebhookReceiver webhook)
        {
            return await senders.Webhooks.Send(webhook, id, CloudEventText.Of(id, "deprovisioning.test.v1", "test", now, "{}"), cancellationToken);
        }

        var server = settings.Mail!;
        var text = new MailText("Test", "This is a test. If you read it, notifications reach you.", [], 0, server.PublicUrl);
        using var message = MailMessages.Of(server, (MailRecipient)receiver, text, now, $"{id}@{server.From[(server.From.IndexOf('@', StringComparison.Ordinal) + 1)..]}");
        return await senders.Mails.Send(server, message, cancellationToken);
    }
}
