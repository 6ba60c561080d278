// An asynchronous provisioning gateway in front of a SCIM service: reads go through at once; a change is answered with 202 (RFC 9110 section 15.3.3, before that
// RFC 7231 section 6.3.3) and is done when somebody says so, in the order in which changes came.
// Prints "listening PORT". SCIM_TARGET is the origin behind it. POST /finish does what is held; GET /held says what that is; POST /drop forgets it.
import express from "express";

const held = [];
const app = express();
app.use(express.text({type: () => true, limit: "1mb"}));

const forward = (request) => fetch(process.env.SCIM_TARGET + request.url, {
    method: request.method,
    headers: {authorization: request.headers.authorization ?? "", "content-type": "application/scim+json"},
    body: request.body || undefined,
});

const pass = (from, to) => from.text().then(text => to.status(from.status).type("application/scim+json").send(text));

app.get("/held", (request, response) => response.json(held.map(one => `${one.method} ${one.url.split("/").at(-2)}`)));
app.post("/finish", async (request, response) => {
    for (const one of held.splice(0)) {
        const done = await forward(one);
        if (!done.ok) {
            return response.status(500).send(`${one.method} ${one.url}: ${done.status} ${await done.text()}`);
        }
    }

    return response.sendStatus(204);
});
app.post("/drop", (request, response) => response.json(held.splice(0).length));
app.use(async (request, response) => {
    const {method, url, headers, body} = request;
    const one = {method, url, headers: {authorization: headers.authorization}, body: typeof body === "string" ? body : ""};
    if (["PATCH", "PUT", "DELETE"].includes(method)) {
        held.push(one);
        return response.status(202).set("Retry-After", "1").end();
    }

    return pass(await forward(one), response);
});

const server = app.listen(0, "127.0.0.1", () => console.log(`listening ${server.address().port}`));
