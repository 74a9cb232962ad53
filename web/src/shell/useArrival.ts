import { useEffect, useRef } from "react";

// After a link, the reader begins at the top of the view. After Back, the browser finds the place again.
export function useArrival(path: string) {
  const restores = useRef(true);
  useEffect(() => {
    const back = () => {
      restores.current = true;
    };
    addEventListener("popstate", back, true);
    return () => removeEventListener("popstate", back, true);
  }, []);
  useEffect(() => {
    if (!restores.current) {
      scrollTo(0, 0);
      document.getElementById("content")?.focus();
    }
    restores.current = false;
  }, [path]);
}
