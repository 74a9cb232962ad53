// What the program says about signing in, at /config.json.
export type Config = {
  signIn: "development" | "appService" | "oidc" | "token";
  authority: string | null;
  clientId: string | null;
  scope: string | null;
};

export async function readConfig(): Promise<Config> {
  const answer = await fetch("/config.json");
  if (!answer.ok) throw new Error(`The program does not say how to sign in (status ${answer.status}).`);
  return (await answer.json()) as Config;
}
