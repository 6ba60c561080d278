// A SCIM 2.0 service provider: all of the protocol is scimmy and scimmy-routers; this file only keeps what they are given.
// Prints "listening PORT". SCIM_TOKEN is the one bearer token that is let in.
import {randomUUID} from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const users = new Map();
const groups = new Map();

// RFC 7643 section 4.1.2: "groups" of a user is read-only and follows from the groups' members.
const withGroups = (user) => ({
    ...user,
    groups: [...groups.values()]
        .filter(group => (group.members ?? []).some(member => member.value === user.id))
        .map(group => ({value: group.id, display: group.displayName, type: "direct"})),
});

const missing = (id) => new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);

const kept = (store, show, blank) => ({
    egress: (resource) => {
        if (resource.id) {
            if (!store.has(resource.id)) {
                throw missing(resource.id);
            }

            return show(store.get(resource.id));
        }

        // Shown after they are chosen: to look through all groups for each user would be most of the work.
        const all = [...store.values()];
        return (resource.filter ? resource.filter.match(all) : all).map(show);
    },
    ingress: (resource, data) => {
        if (resource.id && !store.has(resource.id)) {
            throw missing(resource.id);
        }

        const id = resource.id ?? randomUUID();
        const taken = [...store.values()].some(other => other.id !== id && data.userName && other.userName?.toLowerCase() === data.userName.toLowerCase());
        if (taken) {
            throw new SCIMMY.Types.Error(409, "uniqueness", "That userName is taken");
        }

        const now = new Date();
        const {schemas, meta, groups: derived, ...rest} = JSON.parse(JSON.stringify(data));
        store.set(id, {...blank, ...rest, id, meta: {created: store.get(id)?.meta.created ?? now, lastModified: now}});
        return show(store.get(id));
    },
    degress: (resource) => {
        if (!store.delete(resource.id)) {
            throw missing(resource.id);
        }

        for (const group of groups.values()) {
            group.members = (group.members ?? []).filter(member => member.value !== resource.id);
        }
    },
});

SCIMMY.Resources.declare(SCIMMY.Resources.User, kept(users, withGroups, {}));
// Where one group has no "members" at all, scimmy refuses every filter on them, and each search reads all groups.
SCIMMY.Resources.declare(SCIMMY.Resources.Group, kept(groups, group => group, {members: []}));

const app = express();
app.use("/scim/v2", new SCIMMYRouters({
    type: "bearer",
    handler: (request) => {
        if (request.header("Authorization") !== `Bearer ${process.env.SCIM_TOKEN}`) {
            throw new Error("That token is not accepted");
        }

        return "test";
    },
}));

const server = app.listen(0, "127.0.0.1", () => console.log(`listening ${server.address().port}`));
