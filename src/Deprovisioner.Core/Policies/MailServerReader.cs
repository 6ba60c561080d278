using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Notifying;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads <c>notifications.mail</c>.</summary>
internal sealed class MailServerReader(FaultList faults)
{
    private const string Example = "{server: \"smtp://mail.example.test:587\", from: deprovisioner@example.test}";

    /// <summary>Message submission: RFC 6409, section 3.1, and RFC 8314, section 3.3.</summary>
    private const int SubmissionPort = 587;

    private const int ImplicitTlsPort = 465;

    /// <summary>Null where a fault was added.</summary>
    public MailServer? Read(YamlItem item, string path)
    {
        if (YamlFields.Of(item, path, faults, Example) is not { } fields)
        {
            return null;
        }

        var server = Server(fields);
        var encryption = Encryption(fields, server);
        var userName = fields.Text("username", "deprovisioner");
        var password = Password(fields, userName, encryption);
        var from = fields.RequireText("from", "deprovisioner@example.test");
        if (from is not null && !MailAddress.IsOne(from))
        {
            fields.Refuse("from", $"{Shown.Quoted(from)} is no mail address", "write the bare address, like deprovisioner@example.test");
        }

        var publicUrl = PublicUrl(fields);
        var caFile = fields.Text("caFile", "/etc/ssl/private-ca.pem");
        fields.RefuseRest("server", "username", "password", "from", "starttls", "publicUrl", "caFile");
        return server is null || from is null ? null : new()
        {
            Host = server.IdnHost.Trim('[', ']'),
            Port = server.Port > 0 ? server.Port : server.Scheme == "smtps" ? ImplicitTlsPort : SubmissionPort,
            Encryption = encryption,
            UserName = userName,
            Password = password,
            From = from,
            PublicUrl = publicUrl,
            CaFile = caFile,
        };
    }

    private static Uri? Server(YamlFields fields)
    {
        if (fields.RequireText("server", "\"smtp://mail.example.test:587\"") is not { } text)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var server) || server.Scheme is not ("smtp" or "smtps") || server.Host.Length == 0)
        {
            fields.Refuse("server", "this is no address of a mail server", "write smtp://HOST:PORT, or smtps://HOST:PORT where it is encrypted from the first byte");
            return null;
        }

        // Without the text: it may hold a password.
        if (server.UserInfo.Length > 0 || server.PathAndQuery.Trim('/').Length > 0 || server.Fragment.Length > 0)
        {
            fields.Refuse("server", "more than a host and a port stands in the address", "write smtp://HOST:PORT, and username and password beside it");
        }

        return server;
    }

    private static MailEncryption Encryption(YamlFields fields, Uri? server)
    {
        var word = fields.Text("starttls", "required");
        if (word is not (null or "required" or "none"))
        {
            fields.Refuse("starttls", $"{Shown.Quoted(word)} says nothing of encryption", Suggestion.Remedy(word, ["required", "none"]));
        }

        if (server?.Scheme != "smtps")
        {
            return word == "none" ? MailEncryption.None : MailEncryption.StartTls;
        }

        if (word is not null)
        {
            fields.Refuse("starttls", "an smtps server is encrypted from the first byte", "take 'starttls' away, or write smtp:// for a server that begins in the clear");
        }

        return MailEncryption.Implicit;
    }

    private static string? Password(YamlFields fields, string? userName, MailEncryption encryption)
    {
        var password = fields.Text("password", "\"${env:SMTP_PASSWORD}\"");
        if (password is not null && SettingCheck.Fault(new SettingDescription("password", SettingKind.Secret, false, ""), password) is var (message, remedy))
        {
            fields.Refuse("password", message, remedy);
        }

        if (fields.Has("username") != fields.Has("password"))
        {
            fields.Refuse(fields.Has("username") ? "username" : "password", "a user name and a password stand together or not at all", "write both, or neither");
        }
        else if (userName is not null && encryption is MailEncryption.None)
        {
            fields.Refuse("starttls", "the password would be sent where everybody can read it", "write starttls: required, or take username and password away");
        }

        return password;
    }

    private static string? PublicUrl(YamlFields fields)
    {
        if (fields.Text("publicUrl", "\"https://deprovisioner.example.test\"") is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0
            && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0)
        {
            return url.AbsoluteUri.TrimEnd('/');
        }

        fields.Refuse("publicUrl", "this is no base address of a console", "write its address as a browser has it, without a query, like \"https://deprovisioner.example.test\"");
        return null;
    }
}
