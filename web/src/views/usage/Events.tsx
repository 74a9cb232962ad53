import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { readEvents } from "../../api/usage";
import { Card } from "../../ui/Card";
import { Loaded } from "../../ui/Loaded";
import { More } from "../../ui/More";
import { Download } from "./Download";
import { EventTable } from "./EventTable";
import { queryOf, type Asked } from "./asked";

// The calls themselves, newest first, in pages.
export function Events({ asked }: { asked: Asked }) {
  const query = queryOf(asked);
  const events = useInfiniteQuery({
    queryKey: ["usage", "pages", query],
    queryFn: ({ pageParam, signal }) => readEvents({ ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
  return (
    <Card title="Calls" actions={<Download query={query} />}>
      <Loaded query={events}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.events);
          return (
            <div className={events.isPlaceholderData ? "results stale" : "results"} aria-busy={events.isPlaceholderData}>
              {rows.length > 0 && <EventTable rows={rows} />}
              {rows.length === 0 && (
                <p className="soft">{events.hasNextPage ? "No calls found yet." : "No calls match."}</p>
              )}
              <More query={events} words="Load more calls" />
            </div>
          );
        }}
      </Loaded>
    </Card>
  );
}
