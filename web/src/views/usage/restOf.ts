import type { Group, Totals } from "../../api/usage";
import { dollars } from "../../format/money";

// What the totals hold beyond the loaded groups, exactly; null if nothing.
export function restOf(totals: Totals, groups: readonly Group[]) {
  const minus = (of: (sums: Totals) => number) => groups.reduce((left, group) => left - of(group), of(totals));
  const pico = groups.reduce((left, group) => left - BigInt(group.costPicoUsd), BigInt(totals.costPicoUsd));
  const requests = minus((sums) => sums.requests);
  if (requests === 0 && pico === 0n) return null;
  return {
    requests,
    costUsd: dollars(pico),
    inputTokens: minus((sums) => sums.inputTokens),
    outputTokens: minus((sums) => sums.outputTokens),
    unpricedRequests: minus((sums) => sums.unpricedRequests),
  };
}
