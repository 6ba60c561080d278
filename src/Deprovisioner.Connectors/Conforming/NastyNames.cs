namespace Deprovisioner.Connectors.Conforming;

/// <summary>Texts that an event could bring in place of a name.</summary>
internal static class NastyNames
{
    public static readonly IReadOnlyList<string> All =
    [
        "'); DROP TABLE people;--",
        "\"; DROP ROLE postgres;--",
        "*)(uid=*",
        "*",
        "%",
        "' or '1'='1",
        "\" or userName sw \"",
        "../../Users",
        "a\u202Ebcd",
        "a\0b",
        "a\uD800b",
        "\\",
        "\r\nX-Injected: yes",
        "${env:HOME}",
        "%I %s $1",
        new string('n', 10_000),
    ];
}
