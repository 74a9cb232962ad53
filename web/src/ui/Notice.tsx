import type { ReactNode } from "react";

// A sentence that matters, with what one can do about it. `bad` and `warn` differ by icon and words too, not by color alone.
export function Notice({ tone, children }: { tone: "bad" | "warn" | "good" | "info"; children: ReactNode }) {
  const mark = { bad: "✕", warn: "!", good: "✓", info: "i" }[tone];
  return (
    <div className={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <span className="mark" aria-hidden="true">
        {mark}
      </span>
      <div>{children}</div>
    </div>
  );
}
