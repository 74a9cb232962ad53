import { month as monthName } from "../../format/time";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { CauseTable } from "./CauseTable";
import { ProviderFacts } from "./ProviderFacts";
import { TotalFigures } from "./TotalFigures";
import type { Comparison } from "./queries";

// Null while it is not known whether there is an organisation.
type ComparedProps = { comparison: Comparison; isConnected: boolean | null };

// The result of a month: what was billed, what was recorded, and why they differ.
export function Compared({ comparison, isConnected }: ComparedProps) {
  if (!hasBill(comparison)) {
    return (
      <Card title={monthName(comparison.from.slice(0, 7))}>
        <Empty>
          <p>No costs of this month are known yet.</p>
          {isConnected === false && <p>Connect an organisation below, or add a statement of a provider’s console.</p>}
          {isConnected && (
            <p>MyCoach reads the bills every night, from the previous month on. “Read now” below reads them at once.</p>
          )}
        </Empty>
      </Card>
    );
  }
  return (
    <>
      <TotalFigures comparison={comparison} />
      <div className="columns">
        <CauseTable difference={comparison.totals} />
        <ProviderFacts compared={comparison.providers} />
      </div>
    </>
  );
}

export const hasBill = ({ providers }: Comparison) => providers.some((provider) => provider.billedDays > 0);
