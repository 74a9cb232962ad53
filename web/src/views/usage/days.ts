import type { Group } from "../../api/usage";
import { addUp } from "../../format/money";
import { addDays, shortDay } from "../../format/time";
import type { BarDay } from "../../ui/Bars";

const shownSeries = 6;

export type DayCosts = { days: BarDay[]; series: string[] };

// The groups of a summary by day, or by day and another key, as one row per day. The series come most expensive first.
export function toDays(all: readonly Group[], from: string, to: string): DayCosts {
  // A cost of 0 would say that a call without a known price is free.
  const groups = all.filter((group) => group.unpricedRequests < group.requests);
  const byDay = groupBy(groups, (group) => group.day ?? group.key);
  const bySeries = groupBy(groups, nameOf);
  const sums = [...bySeries].map(([name, own]) => ({ name, sum: addUp(own) }));
  const days: BarDay[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const own = byDay.get(day) ?? [];
    const costs = Object.fromEntries(own.map((group) => [nameOf(group), group.costUsd]));
    days.push({ day, label: shortDay(day), total: addUp(own), costs });
  }
  return { days, series: sums.sort((one, other) => other.sum - one.sum).map(({ name }) => name) };
}

// The most expensive series, and one for the rest: more colors cannot be told apart.
export function fewSeries({ days, series }: DayCosts, rest: string): DayCosts {
  const charged = series.filter((name) => days.some((day) => (day.costs[name] ?? 0) > 0));
  if (charged.length <= shownSeries + 1) return { days, series: charged };
  const kept = charged.slice(0, shownSeries);
  const folded = days.map((day) => {
    const costs: Record<string, number> = {};
    for (const [name, cost] of Object.entries(day.costs)) {
      const as = kept.includes(name) ? name : rest;
      costs[as] = (costs[as] ?? 0) + cost;
    }
    return { ...day, costs };
  });
  return { days: folded, series: [...kept, rest] };
}

const nameOf = (group: Group) => (group.day === null ? "Cost" : group.key);

function groupBy(groups: readonly Group[], key: (group: Group) => string): Map<string, Group[]> {
  const found = new Map<string, Group[]>();
  for (const group of groups) {
    const own = found.get(key(group));
    if (own) own.push(group);
    else found.set(key(group), [group]);
  }
  return found;
}
