import type { ReactNode } from "react";

// One number that matters, with its name and what it means.
export function Figure({ name, value, children }: { name: string; value: ReactNode; children?: ReactNode }) {
  return (
    <div className="figure">
      <span className="soft">{name}</span>
      <span className="value">{value}</span>
      {children && <span className="soft small">{children}</span>}
    </div>
  );
}
