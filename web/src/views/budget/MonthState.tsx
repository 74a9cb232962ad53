import type { components } from "../../api/schema";
import { month as monthName } from "../../format/time";
import { percent } from "../../format/count";
import { money } from "../../format/money";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { Money } from "../../ui/Money";
import { Notice } from "../../ui/Notice";
import { Day, Time } from "../../ui/Time";

export type Month = components["schemas"]["BudgetView"];

const states = {
  none: { tone: "plain", label: "No budget" },
  ok: { tone: "good", label: "Within budget" },
  warning: { tone: "warn", label: "Past a threshold" },
  exceeded: { tone: "bad", label: "Used up" },
} as const;

export function MonthState({ month }: { month: Month }) {
  const state = states[month.status];
  const refusal = month.lastRefusal;
  return (
    <Card title={monthName(month.month)} actions={<Badge tone={state.tone}>{state.label}</Badge>}>
      {month.budgetCents !== null && <Meter month={month} cents={month.budgetCents} />}
      <dl className="facts">
        {month.budgetCents !== null && (
          <>
            <dt>Budget</dt>
            <dd>
              {money(month.budgetCents / 100)}, {month.budgetMode}
            </dd>
          </>
        )}
        <dt>Spent</dt>
        <dd>
          <Money usd={month.spentUsd} />
        </dd>
        <dt>Reserved</dt>
        <dd>
          <Money usd={month.reservedUsd} /> <span className="soft">by calls under way</span>
        </dd>
        {month.remainingUsd !== null && (
          <>
            <dt>Left</dt>
            <dd>
              <Money usd={month.remainingUsd} />
            </dd>
          </>
        )}
        <dt>Projected</dt>
        <dd>
          {month.projectedUsd === null ? (
            <span className="soft">from the month’s second day on</span>
          ) : (
            <>
              <Money usd={month.projectedUsd} /> <span className="soft">at the end of the month</span>
            </>
          )}
        </dd>
        <dt>Begins anew</dt>
        <dd>
          <Day date={month.resetsAt.slice(0, 10)} /> <span className="soft">(UTC)</span>
        </dd>
      </dl>
      {refusal && (
        <Notice tone="warn">
          The last refused call was on <Time at={refusal.at} />: {refusal.model} would have held{" "}
          <Money usd={refusal.boundUsd} />. Raise the budget, let the call state a smaller output limit, or choose a
          flexible budget.
        </Notice>
      )}
    </Card>
  );
}

function Meter({ month, cents }: { month: Month; cents: number }) {
  const budget = cents / 100;
  const share = (usd: number) => (budget === 0 ? 0 : Math.min(1, usd / budget));
  const spent = share(month.spentUsd);
  const reserved = Math.min(1 - spent, share(month.reservedUsd));
  const used = `${percent((month.usedPercent ?? 0) / 100)} of the budget is spent`;
  return (
    <div>
      <svg
        className={`gauge ${month.status}`}
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        role="img"
        aria-label={used}
      >
        <rect className="all" width="100" height="4" />
        <rect className="spent" width={spent * 100} height="4" />
        <rect className="reserved" x={spent * 100} width={reserved * 100} height="4" />
      </svg>
      <p className="small">{used}</p>
    </div>
  );
}
