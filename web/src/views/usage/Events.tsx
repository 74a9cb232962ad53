import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { readEvents } from "../../api/usage";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Loaded } from "../../ui/Loaded";
import { More } from "../../ui/More";
import { Download } from "./Download";
import { EventTable } from "./EventTable";
import { queryOf, type Asked } from "./asked";

// The calls themselves, newest first, in pages. They are read also while something above is not there yet.
export function Events({ asked, isHidden }: { asked: Asked; isHidden: boolean }) {
  const query = queryOf(asked);
  const events = useInfiniteQuery({
    queryKey: ["usage", "pages", query],
    queryFn: ({ pageParam, signal }) => readEvents({ ...query, limit: 25, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
  if (isHidden) return null;
  return (
    <Card title="Calls" actions={<Download query={query} />}>
      <Loaded query={events}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.events);
          return (
            <div
              className={events.isPlaceholderData ? "results stale" : "results"}
              aria-busy={events.isPlaceholderData}
            >
              {rows.length > 0 && <EventTable rows={rows} />}
              {rows.length === 0 && (events.hasNextPage ? <p>No calls found yet.</p> : <NoCalls asked={asked} />)}
              <More query={events} words="Load more calls" />
            </div>
          );
        }}
      </Loaded>
    </Card>
  );
}

function NoCalls({ asked }: { asked: Asked }) {
  return (
    <Empty>
      <p>{asked.filters.length > 0 ? "No calls in this time match the filters." : "No calls in this time."}</p>
      {asked.filters.length === 0 && (
        <p>
          <Link href="/try">Try a model</Link>, or <Link href="/tokens">connect a client</Link>.
        </p>
      )}
    </Empty>
  );
}
