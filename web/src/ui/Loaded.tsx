import type { ReactNode } from "react";
import { Problem, explain } from "../api/problem";
import { Loading } from "./Loading";
import { Notice } from "./Notice";

type Query<T> = {
  data: T | undefined;
  error: unknown;
  isError: boolean;
  isFetching: boolean;
  fetchStatus: "fetching" | "paused" | "idle";
  refetch: () => unknown;
};

// The states of data that a view shows: loading, failed, shown, and shown although the last refresh failed.
export function Loaded<T>({ query, children }: { query: Query<T>; children: (data: T) => ReactNode }) {
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
        {reasons(query.error)} {again}
      </Notice>
    );
  }
  if (query.fetchStatus === "paused")
    return <Notice tone="warn">You are offline. This loads when you are back.</Notice>;
  return <Loading />;
}

// A refused query has no form that could show its reasons beside the fields.
function reasons(error: unknown): string {
  const fields = error instanceof Problem ? Object.entries(error.errors) : [];
  return fields.length > 0 ? fields.map(([name, words]) => `${name} ${words.join(", ")}.`).join(" ") : explain(error);
}
