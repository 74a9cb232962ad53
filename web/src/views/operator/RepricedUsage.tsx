import { useInfiniteQuery } from "@tanstack/react-query";
import { every } from "../../api/patience";
import { count } from "../../format/count";
import { month } from "../../format/time";
import { Loaded } from "../../ui/Loaded";
import { Money } from "../../ui/Money";
import { More } from "../../ui/More";
import { Table } from "../../ui/Table";
import type { Job } from "./RepriceState";
import { repricedQuery } from "./queries";

// What the order changes, or would change, by user, month and model.
export function RepricedUsage({ job }: { job: Job }) {
  const changes = useInfiniteQuery({
    ...repricedQuery(job.id, job.status),
    refetchInterval: job.status === "running" ? every(10_000) : false,
  });
  return (
    <Loaded query={changes}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.changes);
        if (rows.length === 0) {
          return (
            <p>
              {job.status === "running" ? "It has found no change so far." : "It found no call whose cost changes."}
            </p>
          );
        }
        return (
          <>
            <Table
              caption="Changed costs"
              rows={rows}
              rowKey={(row) => `${row.userId} ${row.month} ${row.provider} ${row.model}`}
              columns={[
                { name: "User", cell: (row) => row.userId },
                { name: "Month", cell: (row) => month(row.month) },
                { name: "Model", cell: (row) => row.model },
                { name: "Calls", number: true, cell: (row) => count(row.changed) },
                { name: "Skipped", number: true, cell: (row) => count(row.skipped) },
                {
                  name: job.dryRun ? "Would change by" : "Changed by",
                  number: true,
                  cell: (row) => <Money usd={row.differenceUsd} />,
                },
              ]}
            />
            <More query={changes} words="Show more changes" />
          </>
        );
      }}
    </Loaded>
  );
}
