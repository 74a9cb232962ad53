import { percent } from "../../format/count";

// A part of a cost as a bar and in per cent.
export function Share({ part, whole }: { part: number; whole: number }) {
  const share = whole > 0 ? Math.max(0, part / whole) : 0;
  return (
    <span className="share">
      <span className="track" aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
      {percent(share)}
    </span>
  );
}
