import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, answerWithTag, api } from "../../api/client";
import { every } from "../../api/patience";
import { Problem } from "../../api/problem";

// Everything that a new version of the price book changes begins with "prices".
export const pricesQuery = queryOptions({
  queryKey: ["operator", "prices"],
  queryFn: ({ signal }) => answerWithTag(api.GET("/api/admin/prices", { signal })),
});

export const versionsQuery = infiniteQueryOptions({
  queryKey: ["operator", "prices", "versions"],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }) => {
    const query = { limit: 10, cursor: pageParam ?? undefined };
    return answer(api.GET("/api/admin/prices/versions", { params: { query }, signal }));
  },
  getNextPageParam: (page) => page.nextCursor,
});

export const proposalQuery = queryOptions({
  queryKey: ["operator", "prices", "proposal"],
  queryFn: ({ signal }) => answer(api.GET("/api/admin/prices/proposal", { signal })),
});

export const unpricedQuery = (month: string) =>
  queryOptions({
    queryKey: ["operator", "unpriced", month],
    queryFn: ({ signal }) => answer(api.GET("/api/admin/prices/unpriced", { params: { query: { month } }, signal })),
  });

// Null if no order was given yet.
export const repricingQuery = queryOptions({
  queryKey: ["operator", "repricing"],
  queryFn: ({ signal }) =>
    answer(api.GET("/api/admin/prices/reprice", { signal })).catch((error: unknown) => {
      if (error instanceof Problem && error.code === "not_found") return null;
      throw error;
    }),
  refetchInterval: (query) => (query.state.data?.status === "running" ? every(5_000)(query) : false),
});

// By status too, so that what a finished order has changed is read once more.
export const repricedQuery = (id: string, status: string) =>
  infiniteQueryOptions({
    queryKey: ["operator", "repriced", id, status],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 50, cursor: pageParam ?? undefined };
      return answer(api.GET("/api/admin/prices/reprice/changes", { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.nextCursor,
  });

export const dataKeysQuery = queryOptions({
  queryKey: ["operator", "data-keys"],
  queryFn: ({ signal }) => answer(api.GET("/api/admin/data-keys", { signal })),
  refetchInterval: (query) => (query.state.data?.rotation?.status === "running" ? every(5_000)(query) : false),
});
