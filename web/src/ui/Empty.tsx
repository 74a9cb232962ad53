import type { ReactNode } from "react";

// What a view says when it has nothing to show, and where to go from there.
export function Empty({ children }: { children: ReactNode }) {
  return <div className="empty">{children}</div>;
}
