import type { components } from "./schema";

type ProblemBody = components["schemas"]["Problem"];

// An error answer of the API in words, with what is wrong with each field.
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: Record<string, string[]>;
  readonly retryAfter: number | null;

  constructor(answer: Response, body: Partial<ProblemBody> | undefined) {
    super(body?.detail ?? body?.title ?? `The program answered ${answer.status}.`);
    this.status = answer.status;
    this.code = body?.code ?? "";
    this.errors = (body?.errors as Record<string, string[]> | undefined) ?? {};
    const seconds = Number(answer.headers.get("Retry-After"));
    this.retryAfter = seconds > 0 ? seconds : null;
  }
}

// Whether someone else changed what is shown, so that it must be read again.
export function isStale(error: unknown): boolean {
  return error instanceof Problem && error.code === "precondition_failed";
}

// What to show for any failure of a call.
export function explain(error: unknown): string {
  if (error instanceof Problem) {
    switch (error.code) {
      case "account_erasing":
        return "Your account is being erased. Nothing can be changed until that is done.";
      case "encryption_unavailable":
        return "The vault that protects your keys does not answer. Everything that needs no key still works.";
      case "too_many_requests":
        return `${error.message}${error.retryAfter ? ` Try again in ${waiting(error.retryAfter)}.` : ""}`;
      case "precondition_failed":
        return "This has changed since you opened it, perhaps in another tab. Look at the new values and try again.";
      case "not_found":
        return "This does not exist, or no longer does. Another tab may have deleted it.";
      default:
        return error.message;
    }
  }
  if (error instanceof TypeError) return "The program cannot be reached. Check your connection.";
  return error instanceof Error ? error.message : String(error);
}

function waiting(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
