import { Bars } from "../../ui/Bars";
import { Card } from "../../ui/Card";
import { GroupTable } from "./GroupTable";
import { series, toBars } from "./days";
import type { Comparison, Organisation } from "./queries";
import { noteInWords } from "./words";

type DetailsProps = { comparison: Comparison; organisations: readonly Organisation[] };

// Where bill and record differ, and what limits the comparison.
export function Details({ comparison, organisations }: DetailsProps) {
  const hasGroups = comparison.groups.length > 0;
  return (
    <>
      {hasGroups && comparison.groupBy === "day" && (
        <Card title="Days">
          <Bars title="Billed and recorded by day, in UTC" days={toBars(comparison)} series={series} />
        </Card>
      )}
      {hasGroups && <GroupTable comparison={comparison} organisations={organisations} />}
      {comparison.notes.length > 0 && (
        <Card title="Notes">
          <ul className="notes">
            {comparison.notes.map((note) => (
              <li key={note}>{noteInWords(note)}</li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}
