export type ProviderId = "anthropic" | "openai";

export const providers: readonly ProviderId[] = ["anthropic", "openai"];

const names: Record<string, string> = { anthropic: "Anthropic", openai: "OpenAI" };

export const providerName = (id: string) => names[id] ?? id;
