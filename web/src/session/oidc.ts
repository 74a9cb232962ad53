import { InMemoryWebStorage, UserManager, WebStorageStateStore } from "oidc-client-ts";
import type { Config } from "./config";
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
    automaticSilentRenew: true,
  });
  const query = new URLSearchParams(location.search);
  const returns = query.has("state") && (query.has("code") || query.has("error"));
  if (returns) {
    const user = await manager.signinRedirectCallback();
    const path = typeof user.state === "string" && user.state.startsWith("/") ? user.state : "/";
    history.replaceState(null, "", path);
  }
  const user = await manager.getUser();
  return {
    signedIn: user !== null,
    session: {
      kind: "oidc",
      name: user?.profile.name ?? user?.profile.preferred_username ?? user?.profile.email ?? user?.profile.sub ?? null,
      getToken: async () => (await manager.getUser())?.access_token ?? null,
      signIn: () => manager.signinRedirect({ state: location.pathname + location.search }),
      signOut: () => manager.signoutRedirect().catch(() => location.assign("/")),
    },
  };
}
