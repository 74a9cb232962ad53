import { providerName } from "../../format/names";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { Money } from "../../ui/Money";
import { Table } from "../../ui/Table";
import { Day } from "../../ui/Time";
import { groupings } from "./asked";
import type { ComparedGroup, Comparison, Organisation } from "./queries";
import { mainCause, statuses } from "./words";

type GroupTableProps = { comparison: Comparison; organisations: readonly Organisation[] };

const none = <span className="soft">–</span>;

// The days, models or keys, each with its own difference.
export function GroupTable({ comparison: { groupBy, groups }, organisations }: GroupTableProps) {
  const names = new Map(
    organisations.flatMap(({ keys }) => keys.map((key) => [key.providerKeyId, key.name ?? key.providerKeyId])),
  );
  const nameOf = ({ key }: ComparedGroup) => {
    if (key === null) return <span className="soft">no known {groupBy}</span>;
    if (groupBy === "day") return <Day date={key} />;
    return groupBy === "key" ? (names.get(key) ?? key) : key;
  };
  const isMixed = new Set(groups.map((group) => group.provider)).size > 1;
  const isDerived = groups.some((group) => group.isDerived);
  return (
    <Card title={`By ${groupings[groupBy].toLowerCase()}`}>
      <Table
        caption={`Billed and recorded by ${groupings[groupBy].toLowerCase()}`}
        rows={groups}
        rowKey={(group) => `${group.provider} ${group.key}`}
        columns={[
          {
            name: groupBy === "day" ? "Day (UTC)" : groupings[groupBy],
            cell: (group) => (
              <>
                {nameOf(group)}
                {isMixed && <span className="hint block">{providerName(group.provider)}</span>}
              </>
            ),
          },
          { name: "Billed", number: true, cell: (group) => <Money usd={group.billedUsd} /> },
          { name: "Recorded", number: true, cell: (group) => <Money usd={group.recordedUsd} /> },
          {
            name: "Difference",
            number: true,
            cell: (group) => (group.differenceUsd === 0 ? none : <Money usd={group.differenceUsd} />),
          },
          ...(groupBy === "day" || isDerived
            ? [{ name: "State", cell: (group: ComparedGroup) => <State of={group} /> }]
            : []),
          { name: "Main cause", minor: true, cell: (group) => mainCause(group.causes) ?? none },
        ]}
      />
      {groupBy === "day" && <p className="soft small">The provider may still correct the bill of a provisional day.</p>}
      {isDerived && (
        <p className="soft small">Derived: the bill names no keys, so costs are divided by what each key used.</p>
      )}
    </Card>
  );
}

function State({ of: { status, isDerived } }: { of: ComparedGroup }) {
  return (
    <span className="state">
      {status && <Badge tone={statuses[status]}>{status}</Badge>} {isDerived && <Badge>derived</Badge>}
    </span>
  );
}
