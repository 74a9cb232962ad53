// A real OpenID provider on this machine, for one public client: the page. Users sign in with their name alone.
import { createSecretKey } from "node:crypto";
import http from "node:http";
import Provider from "oidc-provider";

const { ISSUER, PAGE, AUDIENCE, SIGNING_KEY } = process.env;
const buttons = `<button>Continue</button><button name="refuse">Refuse</button>`;
const resource = "https://mycoach.example/api";

const provider = new Provider(ISSUER, {
    clients: [
        {
            client_id: "page",
            token_endpoint_auth_method: "none",
            grant_types: ["authorization_code", "refresh_token"],
            redirect_uris: [PAGE],
            post_logout_redirect_uris: [PAGE],
        },
    ],
    pkce: { required: () => true },
    clientBasedCORS: (_, origin) => origin === new URL(PAGE).origin,
    cookies: { keys: ["for-tests-only"] },
    conformIdTokenClaims: false,
    claims: { profile: ["name"] },
    issueRefreshToken: () => true,
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId, name: `User ${accountId}` }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    // Every user has agreed to everything.
    loadExistingGrant: async ({ oidc }) => {
        const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
        grant.addOIDCScope("openid profile offline_access");
        grant.addResourceScope(resource, "access");
        await grant.save();
        return grant;
    },
    features: {
        devInteractions: { enabled: false },
        resourceIndicators: {
            enabled: true,
            defaultResource: () => resource,
            useGrantedResource: () => true,
            getResourceServerInfo: () => ({
                audience: AUDIENCE,
                scope: "access",
                accessTokenFormat: "jwt",
                jwt: { sign: { alg: "HS256", key: createSecretKey(Buffer.from(SIGNING_KEY, "base64")) } },
            }),
        },
        rpInitiatedLogout: {
            logoutSource: (context, form) => {
                context.body = view(`${form}<button form="op.logoutForm" name="logout" value="yes">Leave</button>`);
            },
        },
    },
});

const answer = provider.callback();
http.createServer(async (request, response) => {
    if (request.url === "/favicon.ico") {
        response.writeHead(204).end();
    } else if (!request.url.startsWith("/interaction/")) {
        answer(request, response);
    } else if (request.method === "GET") {
        response.setHeader("Content-Type", "text/html; charset=utf-8");
        response.end(view(`<form method="post"><label>Name <input name="name"></label>${buttons}</form>`));
    } else {
        let body = "";
        for await (const part of request) {
            body += part;
        }
        const answers = new URLSearchParams(body);
        const result = answers.has("refuse")
            ? { error: "access_denied", error_description: "The user refused" }
            : { login: { accountId: answers.get("name") } };
        await provider.interactionFinished(request, response, result);
    }
}).listen(new URL(ISSUER).port, "127.0.0.1", () => console.log("listening"));

function view(body) {
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Provider</title></head><body>${body}</body></html>`;
}
