import { useEffect, useState } from "react";

// Whether something took longer than this, in milliseconds. It stays late after it has come.
export function useLate(isAwaited: boolean, patience: number): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!isAwaited) return;
    const timer = setTimeout(() => setLate(true), patience);
    return () => clearTimeout(timer);
  }, [isAwaited, patience]);
  return isLate;
}
