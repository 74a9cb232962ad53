import { useLocation, useSearch } from "wouter";
import { View } from "../../ui/View";
import { Events } from "./Events";
import { Filters } from "./Filters";
import { Groups } from "./Groups";
import { Period } from "./Period";
import { addressOf, fitting, readAsked, type Asked } from "./asked";
import "./usage.css";

// The address says what is shown, so that a link or a reload shows the same.
export default function Usage() {
  const [, navigate] = useLocation();
  const asked = readAsked(useSearch());
  const ask = (next: Asked) => navigate(addressOf(fitting(next)));
  return (
    <View title="Usage" lead="What your calls cost, and what for. Days and months are in UTC, times in your zone.">
      <section className="asking" aria-label="Choose calls">
        <Period asked={asked} ask={ask} />
        <Filters asked={asked} ask={ask} />
      </section>
      <Groups asked={asked} />
      <Events asked={asked} />
    </View>
  );
}
