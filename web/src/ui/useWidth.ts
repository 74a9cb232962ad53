import { useLayoutEffect, useRef, useState } from "react";

// The width of an element in pixels, as it changes.
export function useWidth<T extends HTMLElement>(initial: number) {
  const element = useRef<T>(null);
  const [width, setWidth] = useState(initial);
  useLayoutEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width] as const;
}
