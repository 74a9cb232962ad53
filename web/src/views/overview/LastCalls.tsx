import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "wouter";
import type { UsageEvent } from "../../api/usage";
import { count } from "../../format/count";
import { ago, time } from "../../format/time";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Loaded } from "../../ui/Loaded";
import { Money } from "../../ui/Money";
import { Table } from "../../ui/Table";
import { Flags } from "../usage/Flags";

type LastCallsProps = { query: UseQueryResult<{ events: UsageEvent[] }>; usable: boolean };

// The last calls, read again every ten seconds.
export function LastCalls({ query, usable }: LastCallsProps) {
  const late = query.isError || query.fetchStatus === "paused";
  const live = (
    <span className={`live soft small${late ? " late" : ""}`}>
      {late ? "not up to date" : "updates every 10 seconds"}
    </span>
  );
  return (
    <Card title="Last calls" actions={live}>
      <Loaded query={query}>
        {({ events }) =>
          events.length === 0 ? (
            <Empty>
              <p>No calls yet this month.</p>
              <p>
                {usable ? <Link href="/try">Try a model</Link> : <Link href="/keys">Add a key</Link>}, or{" "}
                <Link href="/tokens">connect a client</Link>.
              </p>
            </Empty>
          ) : (
            <Table
              caption="Last calls, newest first"
              rows={events}
              rowKey={(call) => call.id}
              columns={[
                {
                  name: "Model",
                  cell: (call) => (
                    <Link href={`/usage/${call.id}`} aria-label={`${call.model}, ${time(call.createdAt)}`}>
                      {call.catalogueModel ?? call.model}
                    </Link>
                  ),
                },
                { name: "When", cell: (call) => <Age at={call.createdAt} now={query.dataUpdatedAt} /> },
                { name: "Agent", minor: true, cell: (call) => call.agentId ?? <span className="soft">–</span> },
                { name: "Tokens in", minor: true, number: true, cell: (call) => count(call.inputTokens) },
                { name: "Tokens out", minor: true, number: true, cell: (call) => count(call.outputTokens) },
                {
                  name: "Cost",
                  number: true,
                  cell: (call) => (
                    <>
                      <Flags call={call} /> <Money usd={call.costUsd} />
                    </>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  );
}

function Age({ at, now }: { at: string; now: number }) {
  return (
    <time dateTime={at} title={time(at)}>
      {ago(at, now)}
    </time>
  );
}
