import { readConfig, type Config } from "./config";

// How calls are authenticated. Tokens live in memory only.
export type Session = {
  kind: Config["signIn"];
  name: string | null;
  getToken: () => Promise<string | null>;
  signIn: ((token?: string) => Promise<void>) | null;
  signOut: (() => Promise<void>) | null;
};

export type Start = { session: Session; signedIn: boolean };

export async function startSession(): Promise<Start> {
  const config = await readConfig();
  switch (config.signIn) {
    case "development":
      return { session: withoutToken("development"), signedIn: true };
    case "appService":
      return { session: appService(), signedIn: true };
    case "token":
      return { session: pasted(), signedIn: false };
    case "oidc": {
      const { startOidc } = await import("./oidc");
      return startOidc(config);
    }
  }
}

function withoutToken(kind: Config["signIn"]): Session {
  return { kind, name: null, getToken: async () => null, signIn: null, signOut: null };
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
    signIn: async (text) => {
      token = text?.trim() || null;
    },
    signOut: async () => location.assign("/"),
  };
}
