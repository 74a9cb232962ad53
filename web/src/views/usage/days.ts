import type { Group } from "../../api/usage";
import { addUp } from "../../format/money";
import { addDays, shortDay } from "../../format/time";
import type { BarDay } from "../../ui/Bars";

const shownSeries = 6;

export type DayCosts = { days: BarDay[]; series: string[] };

// The groups of a summary by day, or by day and another key, as one row per day. The series come most expensive first.
export function toDays(all: readonly Group[], from: string, to: string): DayCosts {
  const groups = all.filter(isPriced);
  const byDay = groupBy(groups, dayOf);
  const sums = [...groupBy(groups, nameOf)].map(([name, own]) => ({ name, sum: addUp(own) }));
  const days: BarDay[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const own = byDay.get(day) ?? [];
    days.push({ day, label: shortDay(day), total: addUp(own), costs: costsBy(own, nameOf) });
  }
  return { days, series: sums.sort((one, other) => other.sum - one.sum).map(({ name }) => name) };
}

// The most expensive series, and one for the rest: more colors cannot be told apart.
export function fewSeries(all: readonly Group[], { days, series }: DayCosts, rest: string): DayCosts {
  const charged = series.filter((name) => days.some((day) => (day.costs.get(name) ?? 0) > 0));
  if (charged.length <= shownSeries + 1) return { days, series: charged };
  const kept = charged.slice(0, shownSeries);
  const byDay = groupBy(all.filter(isPriced), dayOf);
  const shownAs = (group: Group) => (kept.includes(nameOf(group)) ? nameOf(group) : rest);
  const folded = days.map((day) => ({ ...day, costs: costsBy(byDay.get(day.day) ?? [], shownAs) }));
  return { days: folded, series: [...kept, rest] };
}

// A cost of 0 would say that a call without a known price is free.
// Use outside MyCoach has a cost and no calls.
export const isPriced = ({ requests, unpricedRequests }: Pick<Group, "requests" | "unpricedRequests">) =>
  requests === 0 || unpricedRequests < requests;

const dayOf = (group: Group) => group.day ?? group.key;

const nameOf = (group: Group) => (group.day === null ? "Cost" : group.key);

const costsBy = (groups: readonly Group[], name: (group: Group) => string) =>
  new Map([...groupBy(groups, name)].map(([series, own]) => [series, addUp(own)]));

function groupBy(groups: readonly Group[], key: (group: Group) => string): Map<string, Group[]> {
  const found = new Map<string, Group[]>();
  for (const group of groups) {
    const own = found.get(key(group));
    if (own) own.push(group);
    else found.set(key(group), [group]);
  }
  return found;
}
