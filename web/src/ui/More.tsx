import { explain } from "../api/problem";
import { Notice } from "./Notice";

type MoreProps = {
  query: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    error: unknown;
    fetchNextPage: () => unknown;
  };
  words: string;
};

// Loads the next page of a list; says if that failed.
export function More({ query, words }: MoreProps) {
  if (!query.hasNextPage) return null;
  return (
    <div className="row">
      <button type="button" onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}>
        {query.isFetchingNextPage ? "Loading…" : words}
      </button>
      {query.isFetchNextPageError && <Notice tone="bad">{explain(query.error)}</Notice>}
    </div>
  );
}
