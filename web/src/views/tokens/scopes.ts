import type { components } from "../../api/schema";

export type Token = components["schemas"]["TokenView"];
export type NewToken = components["schemas"]["NewTokenView"];
export type Scope = Token["scopes"][number];

export const scopes: readonly { id: Scope; name: string; reaches: string }[] = [
  {
    id: "gateway",
    name: "Call models (gateway)",
    reaches: "Calls to Anthropic and OpenAI with your keys, within your budget. For agents, tools and SDKs.",
  },
  {
    id: "usage:read",
    name: "Read usage (usage:read)",
    reaches: "Your recorded calls, totals and exports. For reports and CI jobs.",
  },
];
