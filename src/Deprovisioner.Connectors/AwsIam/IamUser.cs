using System.Xml.Linq;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>Who a user is.</summary>
/// <param name="Id">Never given again: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids</param>
/// <param name="Name">May be changed, and given to another.</param>
/// <param name="PasswordLastUsed">Null: never, or not known.</param>
internal sealed record IamUser(string Id, IamName Name, string Arn, DateTimeOffset? PasswordLastUsed)
{
    public AccountRef Ref => new(Id, Name.Text);

    /// <exception cref="SystemFaultException">It is no user.</exception>
    public static IamUser Of(XElement user, string action)
        => user.Text("UserId") is { Length: > 0 } id && IamName.Of(user.Text("UserName") ?? "") is { } name
            ? new IamUser(id, name, user.Text("Arn") ?? "", user.Instant("PasswordLastUsed"))
            : throw new SystemFaultException(IamGrading.NotIam(action));
}
