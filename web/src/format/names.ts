// Names of the API's values in words.
export const providerName = (provider: string) =>
  ({ anthropic: "Anthropic", openai: "OpenAI" })[provider] ?? provider;
