using System.Globalization;
using System.Net;
using System.Text;
using Deprovisioner.Core.Notifying;

namespace Deprovisioner.Worker.Notifying;

/// <summary>The words of a mail in the form that <c>Templates</c> gives them. A value never becomes a part of a template: what stands in double braces is replaced in one pass.</summary>
internal static class MailTemplates
{
    public static string Plain(MailText text) => Body(text, "txt", static value => value);

    public static string Html(MailText text) => Body(text, "html", WebUtility.HtmlEncode);

    private static string Body(MailText text, string form, Func<string, string> escape)
    {
        var lines = text.Lines.Select(line => Filled($"line{(line.Link is null ? "" : "-linked")}.{form}", ("text", escape(line.Text)), ("link", escape(line.Link ?? ""))));
        return Filled(
            $"mail.{form}",
            ("subject", escape(text.Subject)),
            ("lead", escape(text.Lead)),
            ("lines", string.Concat(lines)),
            ("more", text.More == 0 ? "" : Filled($"more.{form}", ("count", text.More.ToString(CultureInfo.InvariantCulture)))),
            ("link", text.Link is { } link ? Filled($"link.{form}", ("link", escape(link))) : ""));
    }

    private static string Filled(string name, params IReadOnlyList<(string Name, string Value)> values)
    {
        var template = Template(name);
        var filled = new StringBuilder(template.Length + 256);
        for (var at = 0; at < template.Length;)
        {
            var open = template.IndexOf("{{", at, StringComparison.Ordinal);
            if (open < 0)
            {
                return filled.Append(template, at, template.Length - at).ToString();
            }

            var close = template.IndexOf("}}", open, StringComparison.Ordinal);
            var key = template[(open + 2)..close];
            filled.Append(template, at, open - at).Append(values.First(v => v.Name == key).Value);
            at = close + 2;
        }

        return filled.ToString();
    }

    private static string Template(string name)
    {
        using var file = typeof(MailTemplates).Assembly.GetManifestResourceStream($"mail/{name}") ?? throw new InvalidOperationException($"The program has no mail template {name}.");
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
