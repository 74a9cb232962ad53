import { ErrorResponse, type UserManager } from "oidc-client-ts";

// Keeps the access token fresh as long as the provider gave a refresh token and takes it.
export function renewal(manager: UserManager) {
  let isOver = false;
  let isRefused = false;
  let underWay: Promise<void> | null = null;
  // Made because the API refused the one before. If the API refuses this too, another one would not help.
  let lastHope: string | null = null;

  const attempt = async () => {
    const user = await manager.getUser();
    if (isRefused || !user?.refresh_token) return;
    try {
      await manager.signinSilent();
    } catch (error) {
      // Calls go on with the old token. If it has expired, the API says so, and the page asks to sign in.
      isRefused = error instanceof ErrorResponse;
    }
  };
  const renewNow = () => (underWay ??= attempt().finally(() => (underWay = null)));
  manager.events.addAccessTokenExpiring(() => void renewNow());

  const getToken = async () => {
    // Timers stand still while a computer sleeps.
    if ((await manager.getUser())?.expired) await renewNow();
    return isOver ? null : ((await manager.getUser())?.access_token ?? null);
  };

  const renew = async (refused: string | null) => {
    if (refused === lastHope) return false;
    if ((await getToken()) === refused) {
      await renewNow();
      lastHope = await getToken();
    }
    const present = await getToken();
    return present !== null && present !== refused;
  };

  // A renewal under way would bring another token after the sign-out.
  const end = () => {
    isOver = true;
  };

  return { getToken, renew, end };
}
