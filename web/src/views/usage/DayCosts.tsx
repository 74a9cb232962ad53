import { useMemo, useState } from "react";
import type { Group } from "../../api/usage";
import { Bars } from "../../ui/Bars";
import { Card } from "../../ui/Card";
import { Money } from "../../ui/Money";
import { Table } from "../../ui/Table";
import { Day } from "../../ui/Time";
import { fewSeries, toDays } from "./days";

type DayCostsProps = {
  title: string;
  caption: string;
  groups: readonly Group[];
  from: string;
  to: string;
  note?: string | null;
};

// Costs by day as bars, or the same as a table.
export function DayCosts({ title, caption, groups, from, to, note }: DayCostsProps) {
  const [asTable, setAsTable] = useState(false);
  const all = useMemo(() => toDays(groups, from, to), [groups, from, to]);
  const few = useMemo(() => fewSeries(groups, all, "all others"), [groups, all]);
  const toggle = (
    <button type="button" onClick={() => setAsTable(!asTable)}>
      {asTable ? "Show as bars" : "Show as table"}
    </button>
  );
  return (
    <Card title={title} actions={toggle}>
      {asTable ? (
        <Table
          caption={caption}
          rows={all.days.filter((day) => day.costs.size > 0)}
          rowKey={(day) => day.day}
          columns={[
            { name: "Day (UTC)", cell: (day) => <Day date={day.day} /> },
            { name: "Total", number: true, cell: (day) => <Money usd={day.total} /> },
            ...(all.series.length > 1 ? all.series : []).map((name) => ({
              name,
              number: true,
              cell: (day: (typeof all.days)[number]) =>
                day.costs.has(name) ? <Money usd={day.costs.get(name) ?? 0} /> : <span className="soft">–</span>,
            })),
          ]}
        />
      ) : (
        <Bars title={caption} days={few.days} series={few.series} rest="all others" />
      )}
      {note && <p className="soft small">{note}</p>}
    </Card>
  );
}
