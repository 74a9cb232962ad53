import { useLocation, useSearch } from "wouter";
import { useLate } from "../../ui/useLate";
import { View } from "../../ui/View";
import { Events } from "./Events";
import { Filters } from "./Filters";
import { Groups, useGroups } from "./Groups";
import { Period } from "./Period";
import { addressOf, fitting, readAsked, type Asked } from "./asked";
import "./usage.css";

// How long the calls wait for the groups above, which would move them, in milliseconds.
const patience = 1_000;

// The address says what is shown, so that a link or a reload shows the same.
export default function Usage() {
  const [, navigate] = useLocation();
  const asked = readAsked(useSearch());
  const ask = (next: Asked) => navigate(addressOf(fitting(next)));
  const groups = useGroups(asked);
  const isLate = useLate(groups.isLoading, patience);
  return (
    <View title="Usage" lead="What your calls cost, and what for. Days and months are in UTC, times in your zone.">
      <section className="asking" aria-label="Choose calls">
        <Period asked={asked} ask={ask} />
        <Filters asked={asked} ask={ask} />
      </section>
      <Groups asked={asked} summary={groups} />
      <Events asked={asked} isHidden={groups.isLoading && !isLate} />
    </View>
  );
}
