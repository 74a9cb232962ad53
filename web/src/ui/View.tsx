import { useEffect, type ReactNode } from "react";

// A view's heading and its place in the document: the title of the tab is the heading.
export function View({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · MyCoach`;
  }, [title]);
  return (
    <>
      <header className="view">
        <h1 tabIndex={-1}>{title}</h1>
        {lead && <p>{lead}</p>}
      </header>
      {children}
    </>
  );
}
