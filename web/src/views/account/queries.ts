import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import { every } from "../../api/patience";

export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: ({ signal }) => answer(api.GET("/api/account", { signal })),
  staleTime: 0,
  refetchInterval: (query) => (query.state.data?.erasing ? every(3_000)(query) : false),
});

export const activityQuery = infiniteQueryOptions({
  queryKey: ["activity"],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam, signal }) => {
    const query = { limit: 25, cursor: pageParam ?? undefined };
    return answer(api.GET("/api/account/activity", { params: { query }, signal }));
  },
  getNextPageParam: (page) => page.nextCursor,
  staleTime: 0,
});
