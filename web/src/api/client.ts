import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "./schema";
import { Problem } from "./problem";

let getToken: () => Promise<string | null> = async () => null;
let onUnauthenticated: () => void = () => {};

export function authenticateWith(token: () => Promise<string | null>) {
  getToken = token;
}

// What to do when the API no longer accepts the caller.
export function whenUnauthenticated(then: () => void) {
  onUnauthenticated = then;
}

const authenticate: Middleware = {
  async onRequest({ request }) {
    const token = await getToken();
    if (token) request.headers.set("Authorization", `Bearer ${token}`);
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) onUnauthenticated();
  },
};

export const api = createClient<paths>({ baseUrl: location.origin, fetch: (request) => fetch(request) });
api.use(authenticate);

type Answer<T> = { data?: T; error?: unknown; response: Response };

// The body of a call's answer; throws a Problem for an error answer.
export async function answer<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await answerWithTag(call)).body;
}

// With the ETag, to send as If-Match with a change of what is shown.
export async function answerWithTag<T>(call: Promise<Answer<T>>): Promise<{ body: T; tag: string | null }> {
  const { data, error, response } = await call;
  if (!response.ok) {
    throw new Problem(response, typeof error === "object" && error !== null ? error : undefined);
  }
  return { body: data as T, tag: response.headers.get("ETag") };
}

// A call outside the description: the gateway, whose bodies are the providers' own.
export async function send(path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  const token = await getToken();
  if (token) headers.set("Authorization", `Bearer ${token}`);
  const response = await fetch(path, { ...init, headers });
  // The gateway also answers 401 when a provider refuses its key, which is no reason to sign in again.
  const refusal = response.headers.get("X-MyCoach-Error") ?? "unauthenticated";
  if (response.status === 401 && refusal === "unauthenticated") onUnauthenticated();
  return response;
}
