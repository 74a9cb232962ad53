import { readConfig, type Config } from "./config";

// How calls are authenticated. Tokens live in memory only.
export type Session = {
  kind: Config["signIn"];
  name: string | null;
  getToken: () => Promise<string | null>;
  // Whether there is now another token than the one that the API refused.
  renew: (refused: string | null) => Promise<boolean>;
  signIn: ((token?: string) => Promise<void>) | null;
  signOut: (() => Promise<void>) | null;
};

// With the reason in words if the viewer comes from a sign-in that failed.
export type Start = { session: Session; signedIn: boolean; refusal: string | null };

export async function startSession(): Promise<Start> {
  const config = await readConfig();
  switch (config.signIn) {
    case "development":
      return { session: withoutToken("development"), signedIn: true, refusal: null };
    case "appService":
      return { session: appService(), signedIn: true, refusal: null };
    case "token":
      return { session: pasted(), signedIn: false, refusal: null };
    case "oidc": {
      const { startOidc } = await import("./oidc");
      return startOidc(config);
    }
  }
}

function withoutToken(kind: Config["signIn"]): Session {
  return { kind, name: null, getToken: async () => null, renew: async () => false, signIn: null, signOut: null };
}

// The platform's cookie of this origin authenticates the calls.
function appService(): Session {
  return {
    ...withoutToken("appService"),
    signIn: async () => {
      const here = encodeURIComponent(location.pathname + location.search);
      location.assign(`/.auth/login/aad?post_login_redirect_uri=${here}`);
    },
    signOut: async () => location.assign("/.auth/logout"),
  };
}

function pasted(): Session {
  let token: string | null = null;
  return {
    ...withoutToken("token"),
    getToken: async () => token,
    renew: async (refused) => token !== null && token !== refused,
    signIn: async (text) => {
      token = text?.trim() || null;
    },
    // Back restores a page as it was left, with what its script knew.
    signOut: async () => {
      token = null;
      location.assign("/");
    },
  };
}
