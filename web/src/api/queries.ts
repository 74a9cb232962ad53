import { queryOptions } from "@tanstack/react-query";
import { answer, answerWithTag, api } from "./client";

// What several views read. A change of one invalidates its key.
export const budgetQuery = queryOptions({
  queryKey: ["budget"],
  queryFn: ({ signal }) => answer(api.GET("/api/budget", { signal })),
});

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => answerWithTag(api.GET("/api/settings", { signal })),
});

export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: ({ signal }) => answer(api.GET("/api/keys", { signal })),
});

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: ({ signal }) => answer(api.GET("/api/models", { signal })),
  staleTime: 300_000,
});

export const agentsQuery = queryOptions({
  queryKey: ["agents"],
  queryFn: ({ signal }) => answer(api.GET("/api/agents", { signal })),
});

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => answer(api.GET("/api/tokens", { signal })),
});
