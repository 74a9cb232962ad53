import type { EventsQuery, SummaryQuery } from "../../api/usage";
import { monthIn, thisMonth } from "../../format/time";

export type GroupBy = NonNullable<SummaryQuery["groupBy"]>;

// What calls can be filtered by, as the API and the address of this view name it.
export const filterNames = {
  model: "Model",
  servedModel: "Served model",
  provider: "Provider",
  agentId: "Agent",
  conversationId: "Conversation",
  tokenId: "Token",
  metadata: "Metadata",
} as const;
export type FilterName = keyof typeof filterNames;
export type Filter = { name: FilterName; value: string };

export const groupings: Record<GroupBy, string> = {
  model: "Model",
  servedModel: "Served model",
  provider: "Provider",
  day: "Day",
  agent: "Agent",
  conversation: "Conversation",
  token: "Token",
  "day,model": "Day and model",
  "day,servedModel": "Day and served model",
  "day,provider": "Day and provider",
  "day,agent": "Day and agent",
  "day,token": "Day and token",
};

// The filter that selects the calls of a group.
export const filterOf: Partial<Record<GroupBy, FilterName>> = {
  model: "model",
  servedModel: "servedModel",
  provider: "provider",
  agent: "agentId",
  conversation: "conversationId",
  token: "tokenId",
};

// Days, or a month; filters; and what to group by.
export type Asked = { days: { from: string; to: string } | null; month: string; groupBy: GroupBy; filters: Filter[] };

export function readAsked(search: string): Asked {
  const query = new URLSearchParams(search);
  const from = query.get("from");
  const to = query.get("to");
  const by = query.get("groupBy") ?? "";
  const filters = (Object.keys(filterNames) as FilterName[]).flatMap((name) =>
    query.getAll(name).map((value) => ({ name, value })),
  );
  return {
    days: from && to ? { from, to } : null,
    month: monthIn(query.get("month")) ?? thisMonth(),
    groupBy: Object.hasOwn(groupings, by) ? (by as GroupBy) : "model",
    filters,
  };
}

export function addressOf({ days, month, groupBy, filters }: Asked): string {
  const query = new URLSearchParams(days ?? (month === thisMonth() ? {} : { month }));
  if (groupBy !== "model") query.set("groupBy", groupBy);
  for (const { name, value } of filters) query.append(name, value);
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `/usage?${text}` : "/usage";
}

// The part that lists, summaries and exports share.
export function queryOf({ days, month, filters }: Asked): EventsQuery {
  const query: Record<string, unknown> = days ? { ...days } : { month };
  for (const { name, value } of filters) query[name] = [...((query[name] as string[]) ?? []), value];
  return query;
}

// Why the API does not group these calls that way; null if it does.
export function whyNot(groupBy: GroupBy, { days, filters }: Asked): string | null {
  if (groupBy !== "agent" && groupBy !== "conversation" && groupBy !== "token") return null;
  if (days) return "needs a month";
  const own = filterOf[groupBy];
  return filters.some(({ name }) => name !== own) ? "not with these filters" : null;
}

// The same calls, grouped as they can be.
export function fitting(asked: Asked): Asked {
  if (whyNot(asked.groupBy, asked) === null) return asked;
  const byDay = `day,${asked.groupBy}` as GroupBy;
  return { ...asked, groupBy: byDay in groupings ? byDay : "model" };
}

export function withFilter(asked: Asked, filter: Filter): Asked {
  const known = asked.filters.some(({ name, value }) => name === filter.name && value === filter.value);
  return known ? asked : fitting({ ...asked, filters: [...asked.filters, filter] });
}

export function withoutFilter(asked: Asked, filter: Filter): Asked {
  return { ...asked, filters: asked.filters.filter((other) => other !== filter) };
}
