import { scaleBand, scaleLinear } from "d3-scale";
import { stack } from "d3-shape";
import { money } from "../format/money";

// A day's costs by series, in dollars.
export type BarDay = { day: string; label: string; costs: Record<string, number> };

const width = 720;
const height = 220;
const margin = { top: 8, right: 4, bottom: 24, left: 56 };

// Days as bars, stacked by series. The table that a view shows beside it, or `Bars`' own summary, says the same in words.
export function Bars({ title, days, series }: { title: string; days: readonly BarDay[]; series: readonly string[] }) {
  const stacked = stack<BarDay>()
    .keys(series)
    .value((bar, name) => bar.costs[name] ?? 0)([...days]);
  const highest = Math.max(0, ...stacked.flatMap((layer) => layer.map((bar) => bar[1])));
  const x = scaleBand(
    days.map((bar) => bar.day),
    [margin.left, width - margin.right],
  ).padding(0.25);
  const y = scaleLinear([0, highest || 1], [height - margin.bottom, margin.top]).nice(4);
  const labelled = Math.ceil(days.length / 8);
  return (
    <figure className="bars">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
        {(highest > 0 ? y.ticks(4) : [0]).map((tick) => (
          <g key={tick}>
            <line className="grid" x1={margin.left} x2={width - margin.right} y1={y(tick)} y2={y(tick)} />
            <text className="axis" x={margin.left - 6} y={y(tick)} dy="0.32em" textAnchor="end">
              {money(tick)}
            </text>
          </g>
        ))}
        {stacked.map((layer, index) => (
          <g key={layer.key} className={`series s${index % 8}`}>
            {layer.map((bar) =>
              bar[1] > bar[0] ? (
                <rect
                  key={bar.data.day}
                  x={x(bar.data.day)}
                  width={x.bandwidth()}
                  y={y(bar[1])}
                  height={y(bar[0]) - y(bar[1])}
                >
                  <title>{`${bar.data.label}, ${layer.key}: ${money(bar[1] - bar[0])}`}</title>
                </rect>
              ) : null,
            )}
          </g>
        ))}
        {days.map((bar, index) =>
          index % labelled === 0 ? (
            <text
              key={bar.day}
              className="axis"
              x={(x(bar.day) ?? 0) + x.bandwidth() / 2}
              y={height - 6}
              textAnchor="middle"
            >
              {bar.label}
            </text>
          ) : null,
        )}
      </svg>
      <figcaption>
        <ul className="legend">
          {series.map((name, index) => (
            <li key={name}>
              <span className={`swatch s${index % 8}`} aria-hidden="true" />
              {name}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}
