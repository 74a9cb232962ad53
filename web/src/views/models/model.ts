import type { components } from "../../api/schema";
import { today } from "../../format/time";

export type Model = components["schemas"]["ModelView"];
export type ModelList = components["schemas"]["ModelListView"];

export const isRetired = (model: Model) => model.retiresOn !== null && model.retiresOn <= today();

// What defaultModel and preferredModel may be.
export const isChoosable = (model: Model) => model.kind === "chat" && !isRetired(model);

export type Filter = { search: string; provider: string; kind: string; usableOnly: boolean; withRetired: boolean };

export const noFilter: Filter = { search: "", provider: "", kind: "", usableOnly: false, withRetired: false };

export function passes(model: Model, filter: Filter): boolean {
  const search = filter.search.trim().toLowerCase();
  const names = [model.id, ...model.aliases];
  return (
    (search === "" || names.some((name) => name.toLowerCase().includes(search))) &&
    (filter.provider === "" || model.provider === filter.provider) &&
    (filter.kind === "" || model.kind === filter.kind) &&
    (!filter.usableOnly || (model.usable && !isRetired(model))) &&
    (filter.withRetired || !isRetired(model))
  );
}
