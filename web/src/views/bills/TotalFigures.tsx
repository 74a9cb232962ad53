import { percent } from "../../format/count";
import { month as monthName } from "../../format/time";
import { Card } from "../../ui/Card";
import { Figure } from "../../ui/Figure";
import { Money } from "../../ui/Money";
import type { Comparison, Difference } from "./queries";

// The result in a sentence and in three numbers.
export function TotalFigures({ comparison: { from, summary, totals } }: { comparison: Comparison }) {
  const { billedUsd, recordedUsd, differenceUsd, estimatedUsd, expiredUsd } = totals;
  return (
    <Card title={monthName(from.slice(0, 7))}>
      <p>{summary}</p>
      <div className="figures">
        <Figure name="Billed" value={<Money usd={billedUsd} />} />
        <Figure name="Recorded" value={<Money usd={recordedUsd} />}>
          {(estimatedUsd !== 0 || expiredUsd !== 0) && (
            <>
              of which {estimatedUsd !== 0 && <Part usd={estimatedUsd} words="estimated" />}
              {estimatedUsd !== 0 && expiredUsd !== 0 && ", "}
              {expiredUsd !== 0 && <Part usd={expiredUsd} words="upper bounds of calls that were never settled" />}
            </>
          )}
        </Figure>
        <Figure name="Difference" value={<Money usd={differenceUsd} />}>
          {shareInWords(totals)}
        </Figure>
      </div>
    </Card>
  );
}

function Part({ usd, words }: { usd: number; words: string }) {
  return (
    <>
      <Money usd={usd} /> {words}
    </>
  );
}

function shareInWords({ differenceUsd, differencePercent }: Difference): string {
  if (differenceUsd === 0) return "bill and record agree";
  const share = differencePercent === null ? "" : `, ${percent(Math.abs(differencePercent) / 100)}`;
  return `${differenceUsd > 0 ? "billed more than recorded" : "billed less than recorded"}${share}`;
}
