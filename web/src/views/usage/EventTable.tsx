import { Link } from "wouter";
import { isOutside, type UsageEvent } from "../../api/usage";
import { count } from "../../format/count";
import { Money } from "../../ui/Money";
import { Table } from "../../ui/Table";
import { Day, Time } from "../../ui/Time";
import { Flags } from "./Flags";

const none = <span className="soft">–</span>;

export function EventTable({ rows }: { rows: readonly UsageEvent[] }) {
  return (
    <Table
      caption="Calls, newest first"
      rows={rows}
      rowKey={(call) => call.id}
      columns={[
        {
          name: "Time",
          cell: (call) => (
            <Link href={`/usage/${call.id}`}>
              {isOutside(call) ? <Day date={call.createdAt.slice(0, 10)} /> : <Time at={call.createdAt} />}
            </Link>
          ),
        },
        { name: "Model", cell: (call) => call.model },
        { name: "Agent", minor: true, cell: (call) => call.agentId ?? none },
        { name: "Conversation", minor: true, cell: (call) => call.conversationId ?? none },
        {
          name: "Metadata",
          minor: true,
          cell: (call) =>
            Object.entries(call.metadata)
              .map((pair) => pair.join(": "))
              .join(", ") || none,
        },
        {
          name: "Tokens in",
          minor: true,
          number: true,
          cell: (call) => (isOutside(call) ? none : count(call.inputTokens)),
        },
        {
          name: "Tokens out",
          minor: true,
          number: true,
          cell: (call) => (isOutside(call) ? none : count(call.outputTokens)),
        },
        {
          name: "Cost",
          number: true,
          cell: (call) => (
            <>
              <Flags call={call} /> {call.priced && <Money usd={call.costUsd} />}
            </>
          ),
        },
      ]}
    />
  );
}
