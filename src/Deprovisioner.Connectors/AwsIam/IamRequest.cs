using System.Text.RegularExpressions;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>
/// One action and its parameters. Most actions that are about a user are about the caller where no user is named (DeleteAccessKey:
/// "If you do not specify a user name, IAM determines the user name implicitly"): so a request about a user cannot be made without a name.
/// </summary>
internal sealed partial class IamRequest
{
    private readonly Dictionary<string, string> parameters = new(StringComparer.Ordinal);

    private IamRequest(string action, bool changes) => (Action, Changes) = (action, changes);

    public string Action { get; }

    /// <summary>Whether an answer that is lost leaves it open what was done.</summary>
    public bool Changes { get; }

    /// <summary>Asks about the account, or about the caller itself.</summary>
    public static IamRequest Reading(string action, params (string Name, string Value)[] parameters) => new IamRequest(action, changes: false).With(parameters);

    /// <summary>Asks about a user.</summary>
    public static IamRequest Reading(string action, IamName user, params (string Name, string Value)[] parameters)
        => new IamRequest(action, changes: false).With([("UserName", user.Text), .. parameters]);

    /// <summary>Changes a user.</summary>
    public static IamRequest Changing(string action, IamName user, params (string Name, string Value)[] parameters)
        => new IamRequest(action, changes: true).With([("UserName", user.Text), .. parameters]);

    /// <summary>Changes what belongs to no user any more.</summary>
    public static IamRequest Changing(string action, string parameter, string value) => new IamRequest(action, changes: true).With([(parameter, value)]);

    public IamRequest Page(string? marker) => marker is null ? this : With([("Marker", marker)]);

    /// <summary>The body as <c>application/x-www-form-urlencoded</c>.</summary>
    public string BodyFor(AwsService service) => string.Join('&', parameters.Prepend(new("Version", service.Version)).Prepend(new("Action", Action)).Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));

    private IamRequest With(params (string Name, string Value)[] more)
    {
        foreach (var (name, value) in more)
        {
            // What IAM names is never empty; where it is, an action would be about something else.
            parameters[name] = value.Length > 0 ? value : throw new SystemFaultException(new Fault(Outcome.Rejected, "empty-parameter", $"{Action} was to be asked with an empty {name}. Nothing was sent."));
        }

        return this;
    }
}

/// <summary>A user's name as IAM allows it. The only text that a request can name a user by.</summary>
internal sealed partial record IamName
{
    private IamName(string text) => Text = text;

    public string Text { get; }

    /// <summary>Null: no user can be called so. The pattern and the length are those of the parameter UserName.</summary>
    public static IamName? Of(string text) => Pattern().IsMatch(text) ? new IamName(text) : null;

    // ASCII only: "\w" of the reference's engine.
    [GeneratedRegex(@"\A[A-Za-z0-9_+=,.@-]{1,128}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
