import { providerName, providers, type ProviderId } from "../../format/names";
import { month as monthName, recentMonths } from "../../format/time";
import { Field } from "../../ui/Field";
import { groupings, type Asked, type GroupBy } from "./asked";

// Which month to compare, of which provider, and what to group by.
export function Choice({ asked, ask }: { asked: Asked; ask: (next: Asked) => void }) {
  return (
    <section className="row ends choice" aria-label="Choose bills">
      <Field label="Month">
        <select value={asked.month} onChange={(change) => ask({ ...asked, month: change.target.value })}>
          {recentMonths(asked.month).map((name) => (
            <option key={name} value={name}>
              {monthName(name)}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Provider">
        <select
          value={asked.provider ?? ""}
          onChange={(change) => ask({ ...asked, provider: (change.target.value as ProviderId) || null })}
        >
          <option value="">Both</option>
          {providers.map((provider) => (
            <option key={provider} value={provider}>
              {providerName(provider)}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Group by">
        <select value={asked.groupBy} onChange={(change) => ask({ ...asked, groupBy: change.target.value as GroupBy })}>
          {(Object.entries(groupings) as [GroupBy, string][]).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </Field>
    </section>
  );
}
