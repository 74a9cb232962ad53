import { useSyncExternalStore } from "react";

function subscribe(changed: () => void) {
  addEventListener("online", changed);
  addEventListener("offline", changed);
  return () => {
    removeEventListener("online", changed);
    removeEventListener("offline", changed);
  };
}

// Waits until there is a connection. Browsers say so a moment before requests pass.
export async function beOnline() {
  if (navigator.onLine) return;
  do {
    await new Promise<unknown>((resolve) =>
      navigator.onLine ? setTimeout(resolve, 500) : addEventListener("online", resolve, { once: true }),
    );
  } while (!(await fetch("/config.json", { cache: "no-store" }).then(() => true, () => false)));
}

export const useOnline = () => useSyncExternalStore(subscribe, () => navigator.onLine);
