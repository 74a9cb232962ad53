import { month as monthName, recentMonths, thisMonth, today } from "../../format/time";
import { Field } from "../../ui/Field";
import { Range } from "./Range";
import { groupings, whyNot, type Asked, type GroupBy } from "./asked";

const other = "other";

// The month or days, and what to group by. Only what the API offers for these calls can be chosen.
export function Period({ asked, ask }: { asked: Asked; ask: (next: Asked) => void }) {
  const choosePeriod = (value: string) => {
    if (value !== other) ask({ ...asked, days: null, month: value });
    else ask({ ...asked, days: daysOf(asked.month) });
  };
  return (
    <div className="row ends">
      <Field label="Time">
        <select value={asked.days ? other : asked.month} onChange={(change) => choosePeriod(change.target.value)}>
          {recentMonths(asked.month).map((name) => (
            <option key={name} value={name}>
              {monthName(name)}
            </option>
          ))}
          <option value={other}>Other days…</option>
        </select>
      </Field>
      {asked.days && (
        <Range
          key={`${asked.days.from} ${asked.days.to}`}
          days={asked.days}
          onChoose={(days) => ask({ ...asked, days })}
        />
      )}
      <Field label="Group by">
        <select value={asked.groupBy} onChange={(change) => ask({ ...asked, groupBy: change.target.value as GroupBy })}>
          {(Object.entries(groupings) as [GroupBy, string][]).map(([name, words]) => {
            const reason = whyNot(name, asked);
            return (
              <option key={name} value={name} disabled={reason !== null}>
                {reason ? `${words} (${reason})` : words}
              </option>
            );
          })}
        </select>
      </Field>
    </div>
  );
}

function daysOf(month: string) {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
  return { from: `${month}-01`, to: month === thisMonth() ? today() : last };
}
