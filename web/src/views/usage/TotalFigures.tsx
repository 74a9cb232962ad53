import type { Totals } from "../../api/usage";
import { count, shortCount } from "../../format/count";
import { day } from "../../format/time";
import { Card } from "../../ui/Card";
import { Figure } from "../../ui/Figure";
import { Money } from "../../ui/Money";

// The sums over all calls that are asked for.
export function TotalFigures({ from, to, totals }: { from: string; to: string; totals: Totals }) {
  return (
    <Card title={from === to ? day(from) : `${day(from)} – ${day(to)}`}>
      {totals.requests === 0 && totals.costUsd === 0 ? (
        <p className="soft">No calls.</p>
      ) : (
        <div className="figures">
          <Figure name="Cost" value={<Money usd={totals.costUsd} />}>
            {totals.adjustmentsUsd !== 0 && (
              <>
                of which adjustments <Money usd={totals.adjustmentsUsd} />
              </>
            )}
          </Figure>
          <Figure name="Calls" value={count(totals.requests)}>
            {totals.unpricedRequests > 0 && `${count(totals.unpricedRequests)} without a price, counted as $0`}
          </Figure>
          <Figure name="Tokens in" value={shortCount(totals.inputTokens)}>
            {totals.cachedInputTokens > 0 && `${shortCount(totals.cachedInputTokens)} read from caches`}
          </Figure>
          <Figure name="Tokens out" value={shortCount(totals.outputTokens)} />
        </div>
      )}
    </Card>
  );
}
