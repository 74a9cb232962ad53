import type { components } from "../../api/schema";
import { money } from "../../format/money";

// The budget as a bar: spent, then held, and where the month is projected to end. A spend over the budget fills it.
export function Meter({ budget, limit }: { budget: components["schemas"]["BudgetView"]; limit: number }) {
  const { spentUsd, reservedUsd, projectedUsd, status } = budget;
  const most = Math.max(limit, spentUsd + reservedUsd, Number.MIN_VALUE);
  const share = (usd: number) => `${Math.min(100, (usd / most) * 100)}%`;
  const words = [`${money(spentUsd)} of ${money(limit)} spent`, reservedUsd > 0 && `${money(reservedUsd)} held`]
    .concat(projectedUsd !== null && `${money(projectedUsd)} projected`)
    .filter(Boolean)
    .join(", ");
  return (
    <div className={`meter ${status}`} role="img" aria-label={words}>
      <span className="spent" style={{ width: share(spentUsd) }} />
      <span className="held" style={{ width: share(reservedUsd) }} />
      {projectedUsd !== null && projectedUsd <= most && (
        <span className="projected" style={{ left: share(projectedUsd) }} title={`Projected: ${money(projectedUsd)}`} />
      )}
    </div>
  );
}
