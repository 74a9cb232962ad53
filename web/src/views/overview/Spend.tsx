import { Link } from "wouter";
import type { components } from "../../api/schema";
import { percent } from "../../format/count";
import { day, month } from "../../format/time";
import { Card } from "../../ui/Card";
import { Money } from "../../ui/Money";
import { Figure } from "../../ui/Figure";
import { Meter } from "./Meter";

type Budget = components["schemas"]["BudgetView"];

// What the month costs so far, against the budget.
export function Spend({ budget }: { budget: Budget }) {
  const { budgetCents, spentUsd, reservedUsd, remainingUsd, projectedUsd, usedPercent } = budget;
  return (
    <Card
      title={`Spend in ${month(budget.month)}`}
      actions={<Link href="/budget">{budgetCents === null ? "Set a budget" : "Change"}</Link>}
    >
      <div className="figures">
        <Figure name="Spent" value={<Money usd={spentUsd} />}>
          {budgetCents === null ? (
            "no budget is set"
          ) : (
            <>
              {percent((usedPercent ?? 0) / 100)} of <Money usd={budgetCents / 100} />
            </>
          )}
        </Figure>
        {remainingUsd !== null && (
          <Figure name="Left" value={<Money usd={remainingUsd} />}>
            until {day(budget.resetsAt.slice(0, 10))}
          </Figure>
        )}
        <Figure name="Held" value={<Money usd={reservedUsd} />}>
          {reservedUsd > 0 ? "open calls may still cost this" : "no open call holds anything"}
        </Figure>
        <Figure name="Projected" value={projectedUsd === null ? "–" : <Money usd={projectedUsd} />}>
          {projectedUsd === null ? "known after the month's first day" : "at the end of the month"}
        </Figure>
      </div>
      {budgetCents !== null && <Meter budget={budget} limit={budgetCents / 100} />}
      <p className="soft small">{explainMode(budget)}</p>
    </Card>
  );
}

function explainMode({ budgetCents, budgetMode, resetsAt }: Budget): string {
  const resets = `It resets on ${day(resetsAt.slice(0, 10))}, 00:00 UTC.`;
  if (budgetCents === null) return "Without a budget nothing limits what calls through the gateway cost.";
  return budgetMode === "strict"
    ? `The budget is strict: a call passes only if the most it may cost fits. ${resets}`
    : `The budget is flexible: calls pass while anything is left, so the last ones may exceed it. ${resets}`;
}
