import { scaleBand, scaleLinear } from "d3-scale";
import { stack } from "d3-shape";
import type { BarDay } from "./Bars";
import { money } from "../format/money";

type PlotProps = {
  title: string;
  width: number;
  height: number;
  days: readonly BarDay[];
  series: readonly string[];
  tone: (name: string, index: number) => string;
  pointed: string | null;
  onPoint: (day: string | null) => void;
};

const margin = { top: 8, right: 2, bottom: 24, left: 54 };

// The drawing of the bars. One path draws all bars of a series, so that a year stays light.
export function Plot({ title, width, height, days, series, tone, pointed, onPoint }: PlotProps) {
  const bottom = height - margin.bottom;
  const x = scaleBand(
    days.map((bar) => bar.day),
    [margin.left, Math.max(margin.left, width - margin.right)],
  ).padding(days.length > 60 ? 0.05 : 0.25);
  const highest = Math.max(0, ...days.map((bar) => bar.total));
  const y = scaleLinear([0, highest || 1], [bottom, margin.top]).nice(4);
  const layers = stack<BarDay>()
    .keys(series)
    .value((bar, name) => bar.costs.get(name) ?? 0)([...days]);
  const dayAt = (left: number) => {
    const index = Math.floor((left - margin.left) / x.step());
    return days[Math.min(days.length - 1, Math.max(0, index))]?.day ?? null;
  };
  const labelled = Math.ceil(days.length / Math.max(2, Math.floor(width / 80)));
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={title}
      onPointerMove={(move) => onPoint(dayAt(move.clientX - move.currentTarget.getBoundingClientRect().left))}
      onPointerLeave={() => onPoint(null)}
    >
      {(highest > 0 ? y.ticks(4) : [0]).map((tick) => (
        <g key={tick}>
          <line className="grid" x1={margin.left} x2={width - margin.right} y1={y(tick)} y2={y(tick)} />
          <text className="axis" x={margin.left - 6} y={y(tick)} dy="0.32em" textAnchor="end">
            {money(tick)}
          </text>
        </g>
      ))}
      {pointed !== null && <rect className="pointed" x={x(pointed)} width={x.bandwidth()} y={0} height={bottom} />}
      {layers.map((layer, index) => (
        <path
          key={layer.key}
          className={tone(layer.key, index)}
          d={layer
            .filter((bar) => bar[1] > bar[0])
            .map((bar) => `M${x(bar.data.day)} ${y(bar[1])}h${x.bandwidth()}V${y(bar[0])}h${-x.bandwidth()}z`)
            .join("")}
        />
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
  );
}
