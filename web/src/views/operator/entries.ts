import type { components } from "../../api/schema";

type Schemas = components["schemas"];
export type ModelEntry = Schemas["Model"];
export type DatedPrice = Schemas["DatedPrice"];
export type Corrections = {
  models: ModelEntry[];
  tools: Schemas["Tool"][];
  imageModels: Schemas["ImageModel"][];
};

export const correctionsOf = (version: Corrections): Corrections => ({
  models: version.models,
  tools: version.tools,
  imageModels: version.imageModels,
});

const modelKey = (model: ModelEntry) => `${model.provider}/${model.id}`;
const toolKey = (tool: Schemas["Tool"]) => `${tool.provider}/${tool.kind}/${[...(tool.models ?? [])].sort().join()}`;

// The corrections with others in place of those of the same entries.
export function merge(corrections: Corrections, others: Partial<Corrections>): Corrections {
  return {
    models: replace(corrections.models, others.models ?? [], modelKey),
    tools: replace(corrections.tools, others.tools ?? [], toolKey),
    imageModels: replace(corrections.imageModels, others.imageModels ?? [], (model) => model.id),
  };
}

function replace<T>(entries: readonly T[], others: readonly T[], keyOf: (entry: T) => string): T[] {
  const keys = new Set(others.map(keyOf));
  return [...entries.filter((entry) => !keys.has(keyOf(entry))), ...others];
}

// What corrections change, one by one, each with the corrections that are left without it.
export function listed(all: Corrections): { name: string; what: string; without: Corrections; model?: ModelEntry }[] {
  const others = <T>(entries: readonly T[], entry: T) => entries.filter((other) => other !== entry);
  return [
    ...all.models.map((model) => ({
      name: model.id,
      what: `${model.kind ?? "chat"} model of ${model.provider}`,
      without: { ...all, models: others(all.models, model) },
      model,
    })),
    ...all.tools.map((tool) => ({
      name: `${tool.kind}${tool.models?.length ? ` of ${tool.models.join(", ")}` : ""}`,
      what: `tool of ${tool.provider}`,
      without: { ...all, tools: others(all.tools, tool) },
    })),
    ...all.imageModels.map((model) => ({
      name: model.id,
      what: "image model",
      without: { ...all, imageModels: others(all.imageModels, model) },
    })),
  ];
}
