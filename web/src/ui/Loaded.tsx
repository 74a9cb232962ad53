import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { explain } from "../api/problem";
import { Notice } from "./Notice";

// The states of data that a view shows: loading, failed, shown, and shown although the last refresh failed.
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const again = (
    <button type="button" onClick={() => void query.refetch()} disabled={query.isFetching}>
      Try again
    </button>
  );
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && (
          <Notice tone="warn">
            This may be out of date: {explain(query.error)} {again}
          </Notice>
        )}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) {
    return (
      <Notice tone="bad">
        {explain(query.error)} {again}
      </Notice>
    );
  }
  if (query.fetchStatus === "paused") return <Notice tone="warn">You are offline. This loads when you are back.</Notice>;
  return (
    <p className="loading" role="status">
      Loading…
    </p>
  );
}
