import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { every } from "../../api/patience";
import { explain } from "../../api/problem";
import { agentsQuery, budgetQuery, keysQuery, settingsQuery } from "../../api/queries";
import { eventsQuery, summaryQuery } from "../../api/usage";
import { addDays, thisMonth, today } from "../../format/time";
import { Loaded } from "../../ui/Loaded";
import { Loading } from "../../ui/Loading";
import { Notice } from "../../ui/Notice";
import { useLate } from "../../ui/useLate";
import { View } from "../../ui/View";
import { DayCosts } from "../usage/DayCosts";
import { LastCalls } from "./LastCalls";
import { Spend } from "./Spend";
import { Start } from "./Start";
import { Warnings } from "./Warnings";
import { budgetWarnings, keyWarnings, modelWarnings, priceWarnings } from "./findWarnings";
import "./overview.css";

const minute = every(60_000);
const tenSeconds = every(10_000);

// How long the view waits for what may add to it above what is shown already, in milliseconds.
const patience = 1_000;

const lead = "Days and months are in UTC, times in your zone.";

export default function Overview() {
  const month = thisMonth();
  const budget = useQuery({ ...budgetQuery, refetchInterval: minute });
  // At midnight UTC, the day before stays until the new one is read.
  const kept = { placeholderData: keepPreviousData };
  const summary = useQuery({ ...summaryQuery({ month, groupBy: "day,model" }), refetchInterval: minute, ...kept });
  const keys = useQuery({ ...keysQuery, refetchInterval: minute });
  const settings = useQuery(settingsQuery);
  const agents = useQuery(agentsQuery);
  // A month that has just begun shows the calls of the week before.
  const from = [`${month}-01`, addDays(today(), -6)].sort()[0];
  const events = useQuery({
    ...eventsQuery({ from, to: today(), limit: 10 }),
    refetchInterval: tenSeconds,
    ...kept,
  });

  // What comes later would move what is shown already, but one slow read does not hide the others.
  const isPartial = [keys, settings, agents, events].some((query) => query.isLoading);
  const isLate = useLate(isPartial, patience);
  if (budget.isLoading || summary.isLoading || (isPartial && !isLate)) {
    return (
      <View title="Overview" lead={lead}>
        <Loading />
      </View>
    );
  }
  const warnings = [
    ...(keys.data ? keyWarnings(keys.data.keys) : []),
    ...(budget.data ? budgetWarnings(budget.data) : []),
    ...(settings.data && agents.data ? modelWarnings(settings.data.body.warnings, agents.data.agents, today()) : []),
    ...(summary.data ? priceWarnings(summary.data.totals, summary.data.groups) : []),
  ];
  // The rest of the view says itself what could not be read.
  const unread = keys.error ?? settings.error ?? agents.error;
  const isNew = keys.data?.keys.length === 0 && events.data?.events.length === 0;
  return (
    <View title="Overview" lead={lead}>
      {isNew && <Start />}
      <Loaded query={budget}>{(shown) => <Spend budget={shown} />}</Loaded>
      {unread && <Notice tone="warn">Warnings may be missing: {explain(unread)}</Notice>}
      <Warnings warnings={warnings} />
      {isLate && warnings.length === 0 && <p className="soft">{isPartial ? "Looking for warnings…" : "No warnings."}</p>}
      <Loaded query={summary}>
        {({ groups, from: first, to: last }) =>
          groups.length > 0 && (
            <DayCosts
              title="Days by model"
              caption="What each day of this month costs, by model. Days are in UTC."
              groups={groups}
              from={first}
              to={last}
            />
          )
        }
      </Loaded>
      {!isNew && <LastCalls query={events} usable={keys.data?.keys.some((key) => key.isValid) ?? false} />}
    </View>
  );
}
