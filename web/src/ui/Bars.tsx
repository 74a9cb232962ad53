import { useState } from "react";
import { money } from "../format/money";
import { Plot } from "./Plot";
import { useWidth } from "./useWidth";

// A day's costs by series, in dollars.
export type BarDay = { day: string; label: string; total: number; costs: ReadonlyMap<string, number> };

type BarsProps = {
  title: string;
  days: readonly BarDay[];
  series: readonly string[];
  // The series that holds what the others leave; it is grey.
  rest?: string;
};

const height = 230;

// Days as bars, stacked by series. Pointing at a day reads its costs out below. The view offers the same as a table.
export function Bars({ title, days, series, rest }: BarsProps) {
  const [frame, width] = useWidth<HTMLElement>();
  const [pointed, setPointed] = useState<string | null>(null);
  const highest = days.reduce<BarDay | undefined>(
    (most, bar) => (bar.total > (most?.total ?? 0) ? bar : most),
    undefined,
  );
  const at = days.find((bar) => bar.day === pointed);
  const shown = at ?? highest;
  const tone = (name: string, index: number) => (name === rest ? "s7" : `s${index % 7}`);
  return (
    <figure className="bars" ref={frame}>
      <div style={{ height }}>
        {width > 0 && (
          <Plot
            title={title}
            width={width}
            height={height}
            days={days}
            series={series}
            tone={tone}
            pointed={at?.day ?? null}
            onPoint={setPointed}
          />
        )}
      </div>
      <figcaption>
        <ul className="legend">
          {series.map((name, index) => (
            <li key={name}>
              <span className={`swatch ${tone(name, index)}`} aria-hidden="true" />
              {name}
              {shown?.costs.has(name) && <span className="money">{money(shown.costs.get(name) ?? 0)}</span>}
            </li>
          ))}
        </ul>
        {shown && (
          <p className="soft small">
            {at ? at.label : `The highest day, ${shown.label}`}: {money(shown.total)}
          </p>
        )}
      </figcaption>
    </figure>
  );
}
