import createClient from "openapi-fetch";
import type { paths } from "./schema";
import { Problem } from "./problem";

type Tokens = {
  getToken: () => Promise<string | null>;
  // Whether there is now another token than the refused one.
  renew: (refused: string | null) => Promise<boolean>;
};

let tokens: Tokens = { getToken: async () => null, renew: async () => false };
type Answered = { isRefused: boolean; isChange: boolean };
let onAnswer: (answer: Answered) => void = () => {};

export function authenticateWith(these: Tokens) {
  tokens = these;
}

// What to do when the API accepts the caller, or no longer does.
export function whenAnswered(then: (answer: Answered) => void) {
  onAnswer = then;
}

// Sends a request as the caller, and once more if its token is refused and can be renewed. What is refused is not done.
async function authenticated(request: Request): Promise<Response> {
  const again = request.clone();
  const token = await tokens.getToken();
  let response = await fetch(withToken(request, token));
  if (isRefused(response) && (await tokens.renew(token))) {
    response = await fetch(withToken(again, await tokens.getToken()));
  }
  onAnswer({ isRefused: isRefused(response), isChange: request.method !== "GET" });
  return response;
}

function withToken(request: Request, token: string | null): Request {
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

// The gateway also answers 401 when a provider refuses its key, which is no reason to sign in again.
function isRefused(response: Response): boolean {
  return (
    response.status === 401 && (response.headers.get("X-MyCoach-Error") ?? "unauthenticated") === "unauthenticated"
  );
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: authenticated });

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
export const send = (path: string, init: RequestInit): Promise<Response> => authenticated(new Request(path, init));
