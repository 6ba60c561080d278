// An OpenID provider: all of the protocol is oidc-provider; this file only says who there is, and asks who signs in.
// Prints "listening PORT". CONSOLE is the address of the one relying party; CLIENT_SECRET is its secret and the programs'.
import {createServer} from "node:http";
import {Provider} from "oidc-provider";

// People by their name, which is their password too, with the groups that the company gave them.
const people = {
    olga: ["access-operators", "access-approvers"],
    vera: ["viewer"],
    anton: ["auditor"],
    nobody: ["canteen"],
};

// Programs by their client's id: for whom their tokens are, and what their roles are.
const programs = {
    hris: {audience: "deprovisioner-console", roles: ["publisher"]},
    robot: {audience: "another-service", roles: ["publisher"]},
};

const server = createServer();
await new Promise(resolve => server.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
const secret = process.env.CLIENT_SECRET;
const resource = "urn:deprovisioner:events";

const provider = new Provider(issuer, {
    clients: [
        {client_id: "deprovisioner-console", client_secret: secret, redirect_uris: [`${process.env.CONSOLE}/signin-oidc`], post_logout_redirect_uris: [`${process.env.CONSOLE}/signout-callback-oidc`]},
        ...Object.keys(programs).map(id => ({client_id: id, client_secret: secret, grant_types: ["client_credentials"], redirect_uris: [], response_types: []})),
    ],
    claims: {openid: ["sub"], profile: ["preferred_username", "roles"]},
    conformIdTokenClaims: false,
    cookies: {keys: ["a key of a test"]},
    features: {
        clientCredentials: {enabled: true},
        devInteractions: {enabled: false},
        resourceIndicators: {
            enabled: true,
            defaultResource: (context, client) => programs[client.clientId] && resource,
            getResourceServerInfo: (context, indicator, client) => ({scope: "", audience: programs[client.clientId].audience, accessTokenFormat: "jwt"}),
        },
    },
    extraTokenClaims: (context, token) => programs[token.clientId] && {preferred_username: token.clientId, roles: programs[token.clientId].roles},
    findAccount: (context, name) => people[name] && {accountId: name, claims: () => ({sub: name, preferred_username: name, roles: people[name]})},
    interactions: {url: (context, interaction) => `/sign-in/${interaction.uid}`},
    // The company has agreed for everybody.
    loadExistingGrant: async context => {
        const grant = new context.oidc.provider.Grant({clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId});
        grant.addOIDCScope("openid profile");
        await grant.save();
        return grant;
    },
});

const protocol = provider.callback();

const form = (title, trouble) => `<!DOCTYPE html><html lang="en"><title>${title}</title><h1>${title}</h1><p role="alert">${trouble}</p>
<form method="post"><label>Name <input name="name" required></label> <label>Password <input name="password" type="password" required></label> <button>Sign in</button></form>`;

async function signIn(request, response) {
    if (request.method !== "POST") {
        return response.setHeader("Content-Type", "text/html").end(form("The company's sign-in", ""));
    }

    let body = "";
    for await (const part of request) {
        body += part;
    }

    const said = new URLSearchParams(body);
    if (!people[said.get("name")] || said.get("password") !== said.get("name")) {
        return response.setHeader("Content-Type", "text/html").end(form("The company's sign-in", "That is wrong."));
    }

    await provider.interactionFinished(request, response, {login: {accountId: said.get("name")}});
}

server.on("request", (request, response) => {
    if (request.url.startsWith("/sign-in/")) {
        signIn(request, response).catch(error => response.writeHead(500).end(String(error)));
    } else if (request.url === "/favicon.ico") {
        // Browsers ask for it, and complain where there is none.
        response.writeHead(204).end();
    } else {
        protocol(request, response);
    }
});
console.log(`listening ${server.address().port}`);
