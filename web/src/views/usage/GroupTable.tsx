import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { tokensQuery } from "../../api/queries";
import type { Group, Totals } from "../../api/usage";
import { count } from "../../format/count";
import { providerName } from "../../format/names";
import { Card } from "../../ui/Card";
import { Money } from "../../ui/Money";
import { Table } from "../../ui/Table";
import { Day } from "../../ui/Time";
import { Share } from "./Share";
import { addressOf, type Asked, type GroupBy } from "./asked";
import { callsOf } from "./callsOf";
import { isPriced } from "./days";
import { restOf } from "./restOf";

type GroupTableProps = {
  title: string;
  groupBy: GroupBy;
  totals: Totals;
  groups: readonly Group[];
  complete: boolean;
  asked: Asked;
  more: ReactNode;
};

type Row = Pick<Totals, "requests" | "inputTokens" | "outputTokens" | "unpricedRequests"> & {
  id: string;
  name: ReactNode;
  costUsd: number;
};

// The groups, the most expensive first, with their shares. A group's name leads to its calls.
export function GroupTable({ title, groupBy, totals, groups, complete, asked, more }: GroupTableProps) {
  const tokens = useQuery({ ...tokensQuery, enabled: groupBy === "token" });
  const words = (group: Group) => {
    if (groupBy === "day") return <Day date={group.key} />;
    if (groupBy === "provider") return providerName(group.key);
    return tokens.data?.tokens.find((token) => token.id === group.key)?.name ?? group.key;
  };
  const rows = groups.map((group): Row => {
    const calls = callsOf(group, groupBy, asked);
    const name = calls ? <Link href={addressOf(calls)}>{words(group)}</Link> : words(group);
    return { ...group, id: `${group.provider} ${group.key}`, name };
  });
  const rest = restOf(totals, groups);
  if (rest) rows.push({ ...rest, id: "rest", name: <span className="soft">{nameOfRest(groupBy, complete)}</span> });
  return (
    <Card title={title}>
      <Table
        caption={`Costs ${title.toLowerCase()}`}
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          { name: title.slice(3).replace(/^./, (letter) => letter.toUpperCase()), cell: (row) => row.name },
          { name: "Calls", number: true, cell: (row) => count(row.requests) },
          { name: "Tokens in", minor: true, number: true, cell: (row) => count(row.inputTokens) },
          { name: "Tokens out", minor: true, number: true, cell: (row) => count(row.outputTokens) },
          {
            name: "Cost",
            number: true,
            cell: (row) => (isPriced(row) ? <Money usd={row.costUsd} /> : "no price"),
          },
          { name: "Share", minor: true, cell: (row) => <Share part={row.costUsd} whole={totals.costUsd} /> },
        ]}
      />
      {more}
    </Card>
  );
}

function nameOfRest(groupBy: GroupBy, complete: boolean): string {
  if (!complete) return "All others";
  const names: Partial<Record<GroupBy, string>> = {
    agent: "Without an agent",
    conversation: "Without a conversation",
    token: "Without a token of MyCoach",
  };
  return names[groupBy] ?? "All others";
}
