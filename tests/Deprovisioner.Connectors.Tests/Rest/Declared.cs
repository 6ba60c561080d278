using Deprovisioner.Connectors.Rest;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Rest;

/// <summary>Declarations of these tests.</summary>
internal static class Declared
{
    /// <summary>The one in a file beside this.</summary>
    public static IConnectorKind InFile(string name) => Kind(File.ReadAllText(Repository.PathOf("tests", "Deprovisioner.Connectors.Tests", "Rest", $"{name}.yaml")), $"declared-{name}");

    public static RestKind Kind(string yaml, string name = "declared")
    {
        var reading = DeclarationReader.Read(yaml);
        return new RestKind(name, reading.Declaration ?? throw new InvalidOperationException(string.Join('\n', reading.Faults)));
    }

    /// <summary>A whole declaration of a small system, with parts of it written otherwise.</summary>
    /// <param name="replace">Texts of it and what stands there instead.</param>
    public static string Small(params (string Old, string New)[] replace)
    {
        const string Whole = """
            title: Small
            settings:
              url: {kind: url, help: "Its address."}
              token: {kind: secret, help: "Its token."}
            server:
              url: "{settings.url}"
              credential: {bearer: "{settings.token}"}
              error: $.message
            account:
              id: $.id
              name: $.login
              disabledWhen: {at: $.state, is: blocked}
            find:
              mail: {get: /users, query: {mail: "{value}"}, items: "$[*]", valueAt: $.mail}
            read: {get: "/users/{id}"}
            list: {get: /users, items: "$[*]"}
            entitlements:
              group:
                list: {get: "/users/{id}/groups", items: "$[*]"}
                name: $.title
                remove: {delete: "/groups/{item.id}/members/{id}", target: membership}
                restore: {put: "/groups/{item.id}/members/{id}"}
            actions:
              disable-account: {post: "/users/{id}/block"}
              restore-account: {post: "/users/{id}/unblock"}
              delete-account: {delete: "/users/{id}", target: account}
            """;
        return replace.Aggregate(Whole, (text, change) => text.Contains(change.Old, StringComparison.Ordinal)
            ? text.Replace(change.Old, change.New, StringComparison.Ordinal)
            : throw new ArgumentException($"'{change.Old}' is not in it.", nameof(replace)));
    }
}
