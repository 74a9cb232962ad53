import { useSyncExternalStore } from "react";

function subscribe(changed: () => void) {
  addEventListener("online", changed);
  addEventListener("offline", changed);
  return () => {
    removeEventListener("online", changed);
    removeEventListener("offline", changed);
  };
}

// Waits until there is a connection.
export const beOnline = () =>
  navigator.onLine
    ? Promise.resolve()
    : new Promise<unknown>((resolve) => addEventListener("online", resolve, { once: true }));

export const useOnline = () => useSyncExternalStore(subscribe, () => navigator.onLine);
