import type { ProviderId } from "../../format/names";

export type Question = { model: string; prompt: string; maxTokens: number };

// A piece of an answer: its text, why it ends, what went wrong, or that nothing comes after it.
export type Piece = { text?: string; end?: string; error?: string; isLast?: boolean };

type Dialect = {
  path: string;
  headers: Record<string, string>;
  body: (question: Question) => object;
  piece: (event: Record<string, unknown>) => Piece;
};

const messageOf = (error: unknown) => {
  const message = (error as { message?: unknown } | null | undefined)?.message;
  return typeof message === "string" ? message : undefined;
};

// How each provider is asked and answers in a stream.
export const dialects: Record<ProviderId, Dialect> = {
  anthropic: {
    path: "/api/gateway/anthropic/v1/messages",
    headers: { "anthropic-version": "2023-06-01" },
    body: ({ model, prompt, maxTokens }) => ({
      model,
      max_tokens: maxTokens,
      stream: true,
      messages: [{ role: "user", content: prompt }],
    }),
    piece: (event) => {
      const delta = (event.delta ?? {}) as { type?: string; text?: string; stop_reason?: string | null };
      if (event.type === "content_block_delta" && delta.type === "text_delta") return { text: delta.text };
      if (event.type === "message_delta" && delta.stop_reason) return { end: delta.stop_reason };
      if (event.type === "message_stop") return { isLast: true };
      return event.type === "error" ? { error: messageOf(event.error) ?? "The provider failed." } : {};
    },
  },
  openai: {
    path: "/api/gateway/openai/v1/responses",
    headers: {},
    body: ({ model, prompt, maxTokens }) => ({ model, max_output_tokens: maxTokens, stream: true, input: prompt }),
    piece: (event) => {
      const response = (event.response ?? {}) as { error?: unknown; incomplete_details?: { reason?: string } };
      switch (event.type) {
        case "response.output_text.delta":
        case "response.refusal.delta":
          return { text: event.delta as string };
        case "response.incomplete":
          return { end: response.incomplete_details?.reason ?? "incomplete", isLast: true };
        case "response.completed":
          return { end: "completed", isLast: true };
        case "response.failed":
          return { error: messageOf(response.error) ?? "The provider failed." };
        case "error":
          return { error: messageOf(event) ?? messageOf(event.error) ?? "The provider failed." };
        default:
          return {};
      }
    },
  },
};

// What a refusal of the gateway or the provider says; both providers keep it below `error`.
export async function refusalOf(response: Response): Promise<Refusal> {
  const body = (await response.json().catch(() => null)) as { error?: unknown } | null;
  const message = messageOf(body?.error) ?? `The provider answered ${response.status}.`;
  return new Refusal(message, response.headers.get("X-MyCoach-Error"));
}

export class Refusal extends Error {
  constructor(
    message: string,
    // The gateway's code; null if the provider refused.
    readonly code: string | null,
  ) {
    super(message);
  }
}
