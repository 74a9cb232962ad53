import type { components } from "../../api/schema";
import type { DatedPrice, ModelEntry } from "./entries";

type Schemas = components["schemas"];
type Rates = Schemas["Rates"];

// The entry of a model of the book, as a correction must state it. The list of models has only the price of today.
export function bookEntry(model: Schemas["ModelView"]): ModelEntry {
  const { prices } = model;
  const price: DatedPrice = {
    ...rates(prices),
    effectiveFrom: model.effectiveFrom,
    effectiveUntil: model.effectiveUntil,
    source: model.source,
    checkedOn: model.checkedOn,
    confirmed: model.confirmed,
    audioInput: prices.audioInputPerMTok,
    audioOutput: prices.audioOutputPerMTok,
    longContext: prices.longContext && {
      aboveInputTokens: prices.longContext.aboveInputTokens,
      ...rates(prices.longContext),
    },
    tiers: terms(prices.tiers),
    speeds: terms(prices.speeds),
    geographies: terms(prices.geographies),
    fineTuned: prices.fineTuned && {
      source: prices.fineTuned.source,
      confirmed: prices.fineTuned.confirmed,
      input: prices.fineTuned.inputPerMTok,
      output: prices.fineTuned.outputPerMTok,
      cachedInput: prices.fineTuned.cachedInputPerMTok,
    },
  };
  const { id, provider, aliases, kind, maxInputTokens, maxOutputTokens, retiresOn } = model;
  return {
    id,
    provider,
    aliases,
    kind,
    maxInputTokens,
    maxOutputTokens,
    retiresOn,
    prices: [model.kind === "chat" ? complete(price, provider) : price],
  };
}

// What a strict budget needs to know of a chat model: what cache writes cost, and calls within the US at Anthropic.
function complete(price: DatedPrice, provider: string): DatedPrice {
  const withWrite = <T extends Rates>(of: T): T => (price.cacheWrite == null ? { ...of, cacheWrite: of.input } : of);
  const each = (group: DatedPrice["tiers"]) =>
    group &&
    Object.fromEntries(
      Object.entries(group).map(([name, term]) => [
        name,
        term.rates ? { ...term, rates: withWrite(term.rates) } : term,
      ]),
    );
  const geographies = each(price.geographies);
  const needsUs = provider === "anthropic" && !geographies?.us;
  return {
    ...withWrite(price),
    longContext: price.longContext && withWrite(price.longContext),
    tiers: each(price.tiers),
    speeds: each(price.speeds),
    geographies: needsUs
      ? { ...geographies, us: { times: 1, source: price.source, confirmed: price.confirmed } }
      : geographies,
  };
}

function rates(of: Schemas["RatesView"] | Schemas["PricesView"]): Rates {
  return {
    input: of.inputPerMTok,
    output: of.outputPerMTok,
    cachedInput: of.cachedInputPerMTok,
    cacheWrite: of.cacheWritePerMTok,
    cacheWrite1h: of.cacheWrite1hPerMTok,
    cacheWrite12h: of.cacheWrite12hPerMTok,
  };
}

function terms(of: readonly Schemas["TermView"][]): Record<string, Schemas["RateTerm"]> | null {
  if (of.length === 0) return null;
  return Object.fromEntries(
    of.map(({ name, times, prices, source, confirmed }) => [
      name,
      { source, confirmed, ...(prices ? { rates: rates(prices) } : { times }) },
    ]),
  );
}
