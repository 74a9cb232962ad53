import type { components } from "../../api/schema";
import type { ProviderId } from "../../format/names";

export type Model = components["schemas"]["ModelView"];
type Agent = components["schemas"]["AgentView"];
export type Choice = { model: string; provider: ProviderId };

// The models that answer prompts and that the caller's keys reach today.
export function usableModels(models: readonly Model[], today: string): Model[] {
  return models.filter(
    ({ kind, usable, retiresOn }) => kind === "chat" && usable && (retiresOn === null || retiresOn > today),
  );
}

// What the model `default` means: the agent's model, or the one of the settings. Null if it means none.
export function defaultModel(
  agent: Agent | undefined,
  ofSettings: string | null,
  models: readonly Model[],
): Choice | null {
  const name = agent?.effectiveModel ?? ofSettings;
  const known = models.find(({ id, aliases }) => id === name || (name !== null && aliases.includes(name)));
  const provider = agent?.effectiveProvider ?? known?.provider;
  return name && (provider === "anthropic" || provider === "openai") ? { model: name, provider } : null;
}
