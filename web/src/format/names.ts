export type ProviderId = "anthropic" | "openai";

export const providers: readonly ProviderId[] = ["anthropic", "openai"];

const names = new Map([
  ["anthropic", "Anthropic"],
  ["openai", "OpenAI"],
]);

export const providerName = (id: string) => names.get(id) ?? id;
