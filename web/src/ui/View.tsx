import { useEffect, useRef, type ReactNode } from "react";

// A view's heading and its place in the document: the title of the tab is the heading.
export function View({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · MyCoach`;
  }, [title]);
  useEffect(() => keepFocus(heading.current), []);
  return (
    <>
      <header className="view">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead && <p>{lead}</p>}
      </header>
      {children}
    </>
  );
}

// When what had the focus is gone, such as the button of a deleted row, the reader continues at the heading.
function keepFocus(heading: HTMLElement | null) {
  const main = heading?.closest("main");
  if (!main) return;
  let last: EventTarget | null = null;
  const remember = (focus: FocusEvent) => (last = focus.target);
  const observer = new MutationObserver(() => {
    if (last instanceof Element && !last.isConnected && document.activeElement === document.body) {
      last = null;
      heading?.focus();
    }
  });
  main.addEventListener("focusin", remember);
  observer.observe(main, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    main.removeEventListener("focusin", remember);
  };
}
