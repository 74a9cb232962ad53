import createClient from "openapi-fetch";
import type { components, paths } from "./mycoach.js";

// Every call of the API, with the types that openapi-typescript generates. Compiled, not run.
type Schemas = components["schemas"];

const api = createClient<paths>({ baseUrl: "http://127.0.0.1:7071", headers: { Authorization: "Bearer token" } });
const provider = "anthropic";
const headers = { "X-MyCoach-User": "ann" };
const changing = { "If-Match": "*" };

export async function keys(): Promise<Schemas["ProviderKeyView"][]> {
  const path = { provider } as const;
  await api.PUT("/api/keys/{provider}", { params: { path, header: changing }, body: { apiKey: "key", region: null } });
  const { data: key, error } = await api.GET("/api/keys/{provider}", { params: { path } });
  if (error) return [];
  const status: "valid" | "restricted" | "no_credit" | "invalid" | "unverified" = key.status;
  const validatedAt: string | null = key.lastValidatedAt;
  await api.POST("/api/keys/{provider}/validate", { params: { path } });
  await api.DELETE("/api/keys/{provider}", { params: { path } });
  const { data } = await api.GET("/api/keys", { params: { header: headers } });
  return status === "valid" && validatedAt ? [key] : (data?.keys ?? []);
}

export async function settings(): Promise<number | null> {
  const { data } = await api.GET("/api/settings");
  const { data: changed } = await api.PATCH("/api/settings", {
    params: { header: changing },
    body: { monthlyBudgetCents: null, budgetMode: "flexible", alertThresholds: [50, 100], allowUnpricedModels: true },
  });
  const mode: "strict" | "flexible" | undefined = changed?.budgetMode;
  return mode === "strict" ? null : (data?.monthlyBudgetCents ?? null);
}

export async function agents(): Promise<string | null | undefined> {
  const path = { agentId: "coach" };
  await api.PUT("/api/agents/{agentId}", { params: { path }, body: { name: "Coach", preferredModel: "gpt-4o" } });
  await api.GET("/api/agents");
  const { data: agent } = await api.GET("/api/agents/{agentId}", { params: { path } });
  await api.DELETE("/api/agents/{agentId}", { params: { path } });
  return agent?.effectiveModel;
}

export async function tokens(): Promise<string | undefined> {
  const { data: token } = await api.POST("/api/tokens", { body: { name: "CI", scopes: ["gateway"], models: ["gpt-4o"] } });
  await api.GET("/api/tokens");
  const path = { tokenId: token?.id ?? "" };
  await api.GET("/api/tokens/{tokenId}", { params: { path } });
  await api.PATCH("/api/tokens/{tokenId}", { params: { path }, body: { name: "CI of the shop" } });
  const { data: rotated } = await api.POST("/api/tokens/{tokenId}/rotate", { params: { path }, body: { overlapMinutes: 0 } });
  await api.DELETE("/api/tokens/{tokenId}", { params: { path } });
  return rotated?.token;
}

export async function models(): Promise<number | null | undefined> {
  const { data } = await api.GET("/api/models");
  return data?.models.find((model) => model.usable)?.prices.cachedInputPerMTok;
}

export async function usage(): Promise<number> {
  const event: Schemas["UsagePost"] = { provider, model: "gpt-4o", inputTokens: 1, outputTokens: 1, createdAt: null, metadata: { feature: "search" } };
  const { data: posted } = await api.POST("/api/usage", { body: event });
  await api.POST("/api/usage", { body: { events: [event] } });
  const events = posted && "events" in posted ? posted.events : posted ? [posted] : [];
  const createdAt: string | undefined = events[0]?.createdAt;
  const { data: list } = await api.GET("/api/usage", {
    params: { query: { month: "2026-11", provider: [provider], model: ["gpt-4o"], conversationId: ["c-1"], metadata: ["feature:search"], limit: 10, cursor: "c" } },
  });
  const { data: one } = await api.GET("/api/usage/{id}", { params: { path: { id: list?.events[0]?.id ?? "" } } });
  await api.POST("/api/usage", { body: { ...event, replaces: one?.id } });
  await api.DELETE("/api/usage/{id}", { params: { path: { id: one?.replacedBy ?? "" } } });
  const adjusted: number = one?.adjustments[0]?.differenceUsd ?? 0;
  const { data: summary } = await api.GET("/api/usage/summary", {
    params: { query: { from: "2026-11-01", to: "2026-11-30", groupBy: "day,model" } },
  });
  const day: string | null | undefined = summary?.groups[0]?.day;
  const feature: string | undefined = one?.metadata["feature"];
  const { data: csv } = await api.GET("/api/usage/export", {
    params: { query: { month: "2026-11" } },
    parseAs: "text",
  });
  const charged = (one?.receipt?.charges[0]?.costUsd ?? 0) + adjusted;
  return createdAt && csv && day && feature ? charged : (summary?.totals.costUsd ?? 0);
}

export async function budget(): Promise<"none" | "ok" | "warning" | "exceeded" | undefined> {
  await api.DELETE("/api/conversations/{id}", { params: { path: { id: "c-1" } } });
  const { data } = await api.GET("/api/budget", { params: { query: { month: "2026-11" } } });
  return data?.alerts[0]?.deliveredAt ? "warning" : data?.status;
}

export async function statements(): Promise<number | null | undefined> {
  const path = { provider: "openai", month: "2026-11" } as const;
  const { data: added } = await api.POST("/api/billing/{provider}/statements", {
    params: { path: { provider: path.provider }, query: { providerKeyId: "key_abc" } },
    body: "start_time,amount_value\n",
    headers: { "Content-Type": "text/csv" },
    bodySerializer: (text) => text,
  });
  await api.PUT("/api/billing/{provider}/invoices/{month}", { params: { path }, body: { totalUsd: 12.34 } });
  const { data: invoice } = await api.GET("/api/billing/{provider}/invoices/{month}", { params: { path } });
  await api.DELETE("/api/billing/{provider}/invoices/{month}", { params: { path } });
  const kind: "costs" | "usage" | undefined = added?.kind;
  return kind === "costs" ? added?.totalUsd : invoice?.totalUsd;
}

export async function account(): Promise<boolean> {
  const { data } = await api.GET("/api/account");
  const { data: activity } = await api.GET("/api/account/activity", { params: { query: { limit: 1 } } });
  const by: "user" | "token" | "service" | "program" | undefined = activity?.activity[0]?.by;
  await api.GET("/api/account/export");
  await api.DELETE("/api/account");
  return by === "user" || data?.erasing === true;
}

export async function billing(): Promise<number | undefined> {
  const path = { provider: "openai" } as const;
  await api.GET("/api/billing");
  await api.PUT("/api/billing/{provider}", { params: { path, header: changing }, body: { adminKey: "key" } });
  const { data: stored } = await api.GET("/api/billing/{provider}", { params: { path } });
  const scope: "key" | "organisation" | undefined = stored?.scope;
  await api.POST("/api/billing/{provider}/sync", { params: { path } });
  const { data } = await api.GET("/api/billing/reconciliation", {
    params: { query: { month: "2026-11", groupBy: "model", provider: "openai" } },
  });
  await api.DELETE("/api/billing/{provider}", { params: { path } });
  return scope === "key" ? data?.totals.causes.callsUsd : undefined;
}

export async function operations(): Promise<string | undefined> {
  const { data: health } = await api.GET("/api/health");
  await api.GET("/api/admin/data-keys");
  const { data: prices } = await api.GET("/api/admin/prices");
  await api.PUT("/api/admin/prices", {
    params: { query: { preview: "true" }, header: changing },
    body: { note: "as they are", models: prices?.models, tools: prices?.tools, imageModels: prices?.imageModels },
  });
  await api.POST("/api/admin/prices/reprice", { body: { from: "2026-11-01", models: ["gpt-4o"], dryRun: true } });
  await api.GET("/api/admin/prices/reprice");
  await api.GET("/api/admin/prices/reprice/changes", { params: { query: { limit: 10 } } });
  await api.DELETE("/api/admin/prices/reprice");
  await api.GET("/api/admin/prices/unpriced", { params: { query: { month: "2026-11" } } });
  await api.GET("/api/admin/prices/proposal");
  await api.GET("/api/admin/prices/observed");
  await api.GET("/api/admin/prices/versions", { params: { query: { limit: 10 } } });
  await api.GET("/api/admin/prices/versions/{version}", { params: { path: { version: "0" } } });
  await api.POST("/api/admin/prices/versions/{version}/revert", { params: { path: { version: "0" } } });
  const { data } = await api.POST("/api/admin/data-keys/rotate");
  const state: "running" | "finished" | undefined = data?.rotation?.status;
  return state === "running" ? health?.encryption : undefined;
}

export async function gateway(): Promise<unknown> {
  const body = { model: "gpt-4o-mini", input: "Hello there" };
  const id = { params: { path: { id: "one" } } };
  const attributed = { params: { header: { "X-MyCoach-Agent": "coach", "X-MyCoach-Conversation": "c-1", "X-MyCoach-Metadata": "feature=search" } } };
  const { data, error, response } = await api.POST("/api/gateway/openai/v1/responses", { ...attributed, body });
  if (error) return error.error.message;
  await api.POST("/api/gateway/openai/v1/responses/compact", { body });
  await api.POST("/api/gateway/openai/v1/responses/input_tokens", { body });
  await api.GET("/api/gateway/openai/v1/responses/{id}", id);
  await api.GET("/api/gateway/openai/v1/responses/{id}/input_items", id);
  await api.DELETE("/api/gateway/openai/v1/responses/{id}", id);
  await api.POST("/api/gateway/openai/v1/chat/completions", { body });
  await api.POST("/api/gateway/openai/v1/completions", { body });
  await api.POST("/api/gateway/openai/v1/embeddings", { body });
  await api.POST("/api/gateway/openai/v1/moderations", { body });
  await api.GET("/api/gateway/openai/v1/models");
  await api.GET("/api/gateway/openai/v1/models/{id}", id);
  await api.POST("/api/gateway/anthropic/v1/messages", { body });
  await api.POST("/api/gateway/anthropic/v1/messages/count_tokens", { body });
  await api.GET("/api/gateway/anthropic/v1/models", { params: { query: { limit: "10" } } });
  await api.GET("/api/gateway/anthropic/v1/models/{id}", id);
  return [data, response.headers.get("X-MyCoach-Usage-Id")];
}
