import { providers, type ProviderId } from "../../format/names";
import { monthIn, thisMonth } from "../../format/time";
import type { Comparison } from "./queries";

export type GroupBy = Comparison["groupBy"];

export const groupings: Record<GroupBy, string> = { day: "Day", model: "Model", key: "Key" };

// Which month is compared, of which providers, and what to group by. Null stands for both providers.
export type Asked = { month: string; groupBy: GroupBy; provider: ProviderId | null };

export function readAsked(search: string): Asked {
  const query = new URLSearchParams(search);
  const by = query.get("groupBy") ?? "";
  return {
    month: monthIn(query.get("month")) ?? thisMonth(),
    groupBy: Object.hasOwn(groupings, by) ? (by as GroupBy) : "day",
    provider: providers.find((provider) => provider === query.get("provider")) ?? null,
  };
}

export function addressOf({ month, groupBy, provider }: Asked): string {
  const query = new URLSearchParams(month === thisMonth() ? {} : { month });
  if (groupBy !== "day") query.set("groupBy", groupBy);
  if (provider) query.set("provider", provider);
  const text = query.toString();
  return text ? `/bills?${text}` : "/bills";
}
