import type { ReactNode } from "react";
import { exactMoney } from "../../format/money";
import { Card } from "../../ui/Card";
import { Table } from "../../ui/Table";
import type { Difference } from "./queries";
import { causeWords, causes } from "./words";

type Row = { id: string; name: ReactNode; usd: ReactNode };

// Why bill and record differ. The amounts add up to the difference exactly, so they have all their digits.
export function CauseTable({ difference }: { difference: Difference }) {
  const rows = causes.map((cause): Row => {
    const usd = difference.causes[cause];
    const { name, meaning } = causeWords(cause, usd);
    if (usd === 0) {
      return { id: cause, name: <span className="soft">{name}</span>, usd: <span className="soft">–</span> };
    }
    return {
      id: cause,
      name: (
        <>
          {name}
          <span className="hint block">{meaning}</span>
        </>
      ),
      usd: exactMoney(usd),
    };
  });
  rows.push({
    id: "total",
    name: <strong>Difference</strong>,
    usd: <strong>{exactMoney(difference.differenceUsd)}</strong>,
  });
  return (
    <Card title="Why they differ">
      <Table
        caption="Causes of the difference"
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          { name: "Cause", cell: (row) => row.name },
          { name: "Amount", number: true, cell: (row) => row.usd },
        ]}
      />
    </Card>
  );
}
