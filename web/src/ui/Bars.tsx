import { scaleBand, scaleLinear } from "d3-scale";
import { stack } from "d3-shape";
import { useState } from "react";
import { money } from "../format/money";
import { useWidth } from "./useWidth";

// A day's costs by series, in dollars.
export type BarDay = { day: string; label: string; total: number; costs: Record<string, number> };

type BarsProps = {
  title: string;
  days: readonly BarDay[];
  series: readonly string[];
  // The series that holds what the others leave; it is grey.
  rest?: string;
};

const height = 230;
const margin = { top: 8, right: 2, bottom: 24, left: 54 };

// Days as bars, stacked by series. Pointing at a day reads its costs out below. The view offers the same as a table.
export function Bars({ title, days, series, rest }: BarsProps) {
  const [frame, width] = useWidth<HTMLElement>(720);
  const [pointed, setPointed] = useState<string | null>(null);
  const stacked = stack<BarDay>()
    .keys(series)
    .value((bar, name) => bar.costs[name] ?? 0)([...days]);
  const highest = days.reduce<BarDay | undefined>(
    (most, bar) => (bar.total > (most?.total ?? 0) ? bar : most),
    undefined,
  );
  const shown = days.find((bar) => bar.day === pointed) ?? highest;
  const x = scaleBand(
    days.map((bar) => bar.day),
    [margin.left, width - margin.right],
  ).padding(days.length > 60 ? 0.05 : 0.25);
  const y = scaleLinear([0, highest?.total || 1], [height - margin.bottom, margin.top]).nice(4);
  const labelled = Math.ceil(days.length / Math.max(2, Math.floor(width / 80)));
  const tone = (name: string, index: number) => (name === rest ? "s7" : `s${index % 7}`);
  return (
    <figure className="bars" ref={frame}>
      <svg width={width} height={height} role="img" aria-label={title} onPointerLeave={() => setPointed(null)}>
        {(highest ? y.ticks(4) : [0]).map((tick) => (
          <g key={tick}>
            <line className="grid" x1={margin.left} x2={width - margin.right} y1={y(tick)} y2={y(tick)} />
            <text className="axis" x={margin.left - 6} y={y(tick)} dy="0.32em" textAnchor="end">
              {money(tick)}
            </text>
          </g>
        ))}
        {shown && shown.day === pointed && (
          <rect className="pointed" x={x(shown.day)} width={x.bandwidth()} y={0} height={height - margin.bottom} />
        )}
        {stacked.map((layer, index) => (
          <g key={layer.key} className={tone(layer.key, index)}>
            {layer.map((bar) =>
              bar[1] > bar[0] ? (
                <rect
                  key={bar.data.day}
                  x={x(bar.data.day)}
                  width={x.bandwidth()}
                  y={y(bar[1])}
                  height={y(bar[0]) - y(bar[1])}
                />
              ) : null,
            )}
          </g>
        ))}
        {days.map((bar, index) => (
          <g key={bar.day}>
            {index % labelled === 0 && (
              <text className="axis" x={(x(bar.day) ?? 0) + x.bandwidth() / 2} y={height - 6} textAnchor="middle">
                {bar.label}
              </text>
            )}
            <rect
              className="target"
              x={x(bar.day)}
              width={x.step()}
              y={0}
              height={height}
              onPointerEnter={() => setPointed(bar.day)}
            />
          </g>
        ))}
      </svg>
      <figcaption>
        <ul className="legend">
          {series.map((name, index) => (
            <li key={name}>
              <span className={`swatch ${tone(name, index)}`} aria-hidden="true" />
              {name}
              {shown && <span className="money">{money(shown.costs[name] ?? 0)}</span>}
            </li>
          ))}
        </ul>
        {shown && (
          <p className="soft small">
            {shown.day === pointed ? shown.label : `The highest day, ${shown.label}`}: {money(shown.total)}
          </p>
        )}
      </figcaption>
    </figure>
  );
}
