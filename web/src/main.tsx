import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { isRetried, mayRead, retryDelay } from "./api/patience";
import { explain } from "./api/problem";
import { authenticateWith } from "./api/client";
import { startSession } from "./session/session";
import { App } from "./shell/App";
import { preloadOverview } from "./shell/views";
import { Notice } from "./ui/Notice";
import "./style/index.css";

const queries = new QueryClient({
  defaultOptions: {
    // Offline, a change fails at once: it is not made later, when nobody expects it any more.
    mutations: { networkMode: "always" },
    queries: {
      staleTime: 15_000,
      retry: isRetried,
      retryDelay,
      retryOnMount: mayRead,
      refetchOnMount: mayRead,
      refetchOnReconnect: mayRead,
      refetchOnWindowFocus: mayRead,
    },
  },
});

preloadOverview();

const root = createRoot(document.getElementById("root")!);
try {
  const start = await startSession();
  authenticateWith(start.session);
  // Back restores a page that was left, with the sign-in and the data that it had then.
  if (start.session.signOut) {
    addEventListener("pageshow", (shown) => {
      if (shown.persisted) location.reload();
    });
  }
  root.render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <App start={start} />
      </QueryClientProvider>
    </StrictMode>,
  );
} catch (error) {
  root.render(
    <main className="sign-in">
      <h1>MyCoach</h1>
      <Notice tone="bad">
        {explain(error)}{" "}
        <button type="button" onClick={() => location.reload()}>
          Try again
        </button>
      </Notice>
    </main>,
  );
}
