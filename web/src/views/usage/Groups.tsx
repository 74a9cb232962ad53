import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { readSummary } from "../../api/usage";
import { count } from "../../format/count";
import { money } from "../../format/money";
import { Loaded } from "../../ui/Loaded";
import { More } from "../../ui/More";
import { DayCosts } from "./DayCosts";
import { GroupTable } from "./GroupTable";
import { restOf } from "./restOf";
import { TotalFigures } from "./TotalFigures";
import { groupings, queryOf, type Asked } from "./asked";

export function useGroups(asked: Asked) {
  const { groupBy } = asked;
  const query = queryOf(asked);
  return useInfiniteQuery({
    queryKey: ["usage", "groups", groupBy, query],
    // The grouping belongs to the answer: the one before is shown until the next has come.
    queryFn: async ({ pageParam, signal }) => ({
      ...(await readSummary({ ...query, groupBy, cursor: pageParam }, signal)),
      groupBy,
    }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
}

type GroupsProps = { asked: Asked; summary: ReturnType<typeof useGroups> };

// The totals, and the groups: as bars if by day, else as a table.
export function Groups({ asked, summary }: GroupsProps) {
  return (
    <Loaded query={summary}>
      {({ pages }) => {
        const first = pages[0]!;
        const groups = pages.flatMap((page) => page.groups);
        const title = `By ${groupings[first.groupBy].toLowerCase()}`;
        return (
          <div
            className={summary.isPlaceholderData ? "results stale" : "results"}
            aria-busy={summary.isPlaceholderData}
          >
            <TotalFigures from={first.from} to={first.to} totals={first.totals} />
            {groups.length > 0 && first.groupBy.startsWith("day") && (
              <DayCosts
                title={first.groupBy === "day" ? "Days" : title}
                caption={`Costs ${title.toLowerCase()}, in UTC`}
                groups={groups}
                from={first.from}
                to={first.to}
                note={noteOf(restOf(first.totals, groups))}
              />
            )}
            {groups.length > 0 && !first.groupBy.includes(",") && (
              <GroupTable
                title={title}
                groupBy={first.groupBy}
                totals={first.totals}
                groups={groups}
                complete={!summary.hasNextPage}
                asked={asked}
                more={<More query={summary} words="Load more groups" />}
              />
            )}
          </div>
        );
      }}
    </Loaded>
  );
}

// Days by agent or token lack the calls without one; long lists lack the cheapest groups.
function noteOf(rest: ReturnType<typeof restOf>): string | null {
  return rest && `Not in these groups: ${count(rest.requests)} calls that cost ${money(rest.costUsd)}.`;
}
