using System.Text.Json.Nodes;

namespace Deprovisioner.Testing;

/// <summary>Verifies signed tokens as their receiver would, by a library that somebody else wrote (npm jose, which the OpenID provider of the tests brings). Needs Node.js 18 or later with npm.</summary>
public static class SignedTokens
{
    private const string Verifier = """
        import { importJWK, jwtVerify } from 'jose';
        const { TOKEN, KEY, ISSUER, AUDIENCE, TYPE } = process.env;
        const { payload, protectedHeader } = await jwtVerify(TOKEN, await importJWK(JSON.parse(KEY)), { issuer: ISSUER, audience: AUDIENCE, typ: TYPE });
        console.log(JSON.stringify({ header: protectedHeader, claims: payload }));
        """;

    /// <summary>The header and the claims of a token whose signature, type, issuer and audience are as they should be.</summary>
    /// <param name="key">The public key, JWK.</param>
    /// <exception cref="InvalidOperationException">They are not; the message says what is wrong.</exception>
    public static async Task<(JsonObject Header, JsonObject Claims)> Verify(string token, string key, string issuer, string audience, string type)
    {
        var folder = Repository.PathOf("tests", "Deprovisioner.Testing", "Oidc");
        await NodePackages.Install(folder);
        var environment = new Dictionary<string, string?> { ["TOKEN"] = token, ["KEY"] = key, ["ISSUER"] = issuer, ["AUDIENCE"] = audience, ["TYPE"] = type };
        var answer = JsonNode.Parse((await ServerProcess.Run("node", ["--input-type=module", "--eval", Verifier], environment, folder)).Output)!;
        return (answer["header"]!.AsObject(), answer["claims"]!.AsObject());
    }
}
