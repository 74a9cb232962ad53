import { ErrorResponse, InMemoryWebStorage, UserManager, WebStorageStateStore } from "oidc-client-ts";
import type { Config } from "./config";
import { renewal } from "./renewal";
import type { Start } from "./session";

// Authorization code with PKCE. Only the state of a sign-in under way is in sessionStorage; tokens are in memory.
export async function startOidc(config: Config): Promise<Start> {
  const manager = new UserManager({
    authority: config.authority ?? "",
    client_id: config.clientId ?? "",
    redirect_uri: `${location.origin}/`,
    post_logout_redirect_uri: `${location.origin}/`,
    scope: config.scope ?? "openid profile",
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    // The library would renew in a frame of the provider, which the policy (CSP) forbids.
    automaticSilentRenew: false,
    silent_redirect_uri: "",
  });
  const refusal = await finishSignIn(manager);
  const user = await manager.getUser();
  const tokens = renewal(manager);
  return {
    signedIn: user !== null,
    refusal,
    session: {
      kind: "oidc",
      name: user?.profile.name ?? user?.profile.preferred_username ?? user?.profile.email ?? user?.profile.sub ?? null,
      getToken: tokens.getToken,
      renew: tokens.renew,
      signIn: async () => {
        try {
          await manager.signinRedirect({ state: location.pathname + location.search });
        } catch (error) {
          throw new Error(reasonOf(error));
        }
      },
      signOut: async () => {
        tokens.end();
        await manager.signoutRedirect().catch(() => location.assign("/"));
      },
    },
  };
}

// For a viewer who comes back from the provider. Returns why the sign-in failed, or null.
async function finishSignIn(manager: UserManager): Promise<string | null> {
  const query = new URLSearchParams(location.search);
  if (!query.has("state") || !(query.has("code") || query.has("error"))) return null;
  let begunAt: unknown = null;
  try {
    begunAt = (await manager.signinRedirectCallback()).state;
    return null;
  } catch (error) {
    if (error instanceof ErrorResponse) begunAt = error.state;
    return reasonOf(error);
  } finally {
    // An answer of the provider is good for one attempt: a reload must not try it again.
    history.replaceState(null, "", typeof begunAt === "string" && /^\/(?!\/)/.test(begunAt) ? begunAt : "/");
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ErrorResponse) {
    const answer = error.error_description ?? error.error ?? "";
    return `the identity provider answered “${answer.replace(/\.$/, "")}”.`;
  }
  if (error instanceof TypeError) return "the identity provider cannot be reached.";
  const text = error instanceof Error ? error.message : String(error);
  if (text.startsWith("No matching state")) return "this sign-in is out of date, or was begun in another tab.";
  return text;
}
