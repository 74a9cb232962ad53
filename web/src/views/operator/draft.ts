import { decimalOf, decimalText } from "../../format/decimal";
import { today } from "../../format/time";
import type { DatedPrice, ModelEntry } from "./entries";

// A model and its new price, as written in the form.
export type Draft = {
  id: string;
  provider: string;
  aliases: string;
  kind: string;
  maxInputTokens: string;
  maxOutputTokens: string;
  retiresOn: string;
  alwaysSearches: boolean;
  effectiveFrom: string;
  source: string;
  checkedOn: string;
  confirmed: boolean;
  input: string;
  cachedInput: string;
  cacheWrite: string;
  cacheWrite1h: string;
  cacheWrite12h: string;
  output: string;
};

export const rateNames = ["input", "cachedInput", "cacheWrite", "cacheWrite1h", "cacheWrite12h", "output"] as const;

export function draftOf(entry: ModelEntry | null, id: string, provider: string): Draft {
  const price = entry?.prices.at(-1);
  const dollars = (cents: number | null | undefined) => (cents == null ? "" : decimalText(cents / 100));
  return {
    id: entry?.id ?? id,
    provider: entry?.provider ?? provider,
    aliases: entry?.aliases.join(" ") ?? "",
    kind: entry?.kind ?? "chat",
    maxInputTokens: `${entry?.maxInputTokens ?? ""}`,
    maxOutputTokens: `${entry?.maxOutputTokens ?? ""}`,
    retiresOn: entry?.retiresOn ?? "",
    alwaysSearches: entry?.alwaysSearches ?? false,
    effectiveFrom: today(),
    source: price?.source ?? "",
    checkedOn: today(),
    confirmed: true,
    input: dollars(price?.input),
    cachedInput: dollars(price?.cachedInput),
    cacheWrite: dollars(price?.cacheWrite),
    cacheWrite1h: dollars(price?.cacheWrite1h),
    cacheWrite12h: dollars(price?.cacheWrite12h),
    output: dollars(price?.output),
  };
}

// Input and output must have a price; the others may have none.
export const isRateOf = (draft: Draft, name: (typeof rateNames)[number]) =>
  decimalOf(draft[name]) !== null || (draft[name].trim() === "" && name !== "input" && name !== "output");

// The entry with the new price after those that apply before it.
export function entryOf(draft: Draft, base: ModelEntry | null): ModelEntry {
  const { effectiveFrom, source, checkedOn, confirmed } = draft;
  const last = base?.prices.at(-1);
  const price = {
    ...last,
    effectiveUntil: null,
    ...Object.fromEntries(rateNames.map((name) => [name, centsOf(draft[name])])),
    effectiveFrom,
    source: source.trim(),
    checkedOn,
    confirmed,
    geographies: geographiesOf(draft, last),
  } as DatedPrice;
  const earlier = base?.prices.filter((other) => other.effectiveFrom < effectiveFrom) ?? [];
  return {
    ...base,
    id: draft.id.trim(),
    provider: draft.provider,
    aliases: draft.aliases.split(/[\s,]+/).filter(Boolean),
    kind: draft.kind,
    maxInputTokens: draft.maxInputTokens.trim() === "" ? null : Number(draft.maxInputTokens),
    maxOutputTokens: draft.maxOutputTokens.trim() === "" ? null : Number(draft.maxOutputTokens),
    retiresOn: draft.retiresOn || null,
    alwaysSearches: draft.alwaysSearches,
    prices: [...earlier, price],
  };
}

// A new model of Anthropic costs a tenth more within the US, as its others do, until someone states it.
function geographiesOf(draft: Draft, last: DatedPrice | undefined): DatedPrice["geographies"] {
  if (last || draft.provider !== "anthropic" || draft.kind !== "chat") return last?.geographies ?? null;
  return { us: { times: 1.1, source: draft.source.trim(), confirmed: false } };
}

// Cents with at most four decimals, free of what floating point adds.
function centsOf(dollars: string): number | null {
  const number = decimalOf(dollars);
  return number === null ? null : Math.round(number * 1e6) / 1e4;
}
