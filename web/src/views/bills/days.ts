import { dollars, picoOf } from "../../format/money";
import { addDays, shortDay } from "../../format/time";
import type { BarDay } from "../../ui/Bars";
import type { Comparison } from "./queries";

export const series = ["Billed and recorded", "Only billed", "Only recorded"] as const;

type Sums = { billed: bigint; recorded: bigint };

// Each day's bill beside its record, as bars: what both have, and what only one has. Sums of providers are exact.
export function toBars({ groups, from, to }: Comparison): BarDay[] {
  const byDay = new Map<string, Sums>();
  for (const { key, billedUsd, recordedUsd } of groups) {
    const { billed, recorded } = byDay.get(key ?? "") ?? { billed: 0n, recorded: 0n };
    byDay.set(key ?? "", { billed: billed + picoOf(billedUsd), recorded: recorded + picoOf(recordedUsd) });
  }
  const days: BarDay[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(toBar(day, byDay.get(day)));
  return days;
}

function toBar(day: string, sums: Sums = { billed: 0n, recorded: 0n }): BarDay {
  // A day's refunds can exceed its costs; a bar has no place below zero.
  const billed = sums.billed > 0n ? sums.billed : 0n;
  const { recorded } = sums;
  const both = billed < recorded ? billed : recorded;
  const [shared, onlyBilled, onlyRecorded] = series;
  return {
    day,
    label: shortDay(day),
    total: dollars(billed > recorded ? billed : recorded),
    costs: new Map([
      [shared, dollars(both)],
      [onlyBilled, dollars(billed - both)],
      [onlyRecorded, dollars(recorded - both)],
    ]),
  };
}
