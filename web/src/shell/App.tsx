import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { whenAnswered } from "../api/client";
import { SessionContext } from "../session/context";
import type { Start } from "../session/session";
import { Shell } from "./Shell";
import { SignIn } from "./SignIn";
import { SignInDialog } from "./SignInDialog";
import { useCookieUser } from "./useCookieUser";

export function App({ start }: { start: Start }) {
  const { session } = start;
  const queries = useQueryClient();
  const [phase, setPhase] = useState<"out" | "in" | "left">(start.signedIn ? "in" : "out");
  const [refusal, setRefusal] = useState(start.refusal);
  // Of a sign-in that expired: whether the dialog asks for another, or the viewer has put it off.
  const [expired, setExpired] = useState<"asks" | "waits" | null>(null);
  const [visit, setVisit] = useState(0);
  const user = useRef<string>(undefined);
  const [newcomer, setNewcomer] = useState<string | null>(null);

  useEffect(() => {
    whenAnswered(({ isRefused, isChange }) => {
      if (phase !== "in" || !session.signIn) return;
      if (!isRefused) {
        // A sign-in in another tab renews the cookie of App Service for all.
        if (session.kind === "appService") setExpired(null);
        return;
      }
      const hasShown = queries.getQueryCache().findAll({ predicate: hasData }).length > 0;
      if (hasShown) {
        setExpired((before) => (before === "waits" && !isChange ? before : "asks"));
      } else {
        // On a first visit there is no cookie of App Service yet, which is no failure.
        setRefusal(session.kind === "appService" ? null : "MyCoach does not accept what you signed in with.");
        setPhase("out");
      }
    });
  }, [phase, queries, session]);

  // Nothing of the user stays in the page, which Back can bring to light again.
  const leave = () => {
    flushSync(() => setPhase("left"));
    queries.clear();
    void session.signOut?.();
  };

  const goOn = (userId: string) => {
    setExpired(null);
    if (userId === user.current) {
      void queries.invalidateQueries();
    } else {
      queries.clear();
      setVisit(visit + 1);
    }
    user.current = userId;
  };

  useCookieUser(session.kind === "appService" && phase === "in", (userId) => {
    if (user.current !== undefined && user.current !== userId) {
      goOn(userId);
      setNewcomer(userId);
    }
    user.current = userId;
  });

  if (phase === "left") {
    return (
      <main className="sign-in">
        <h1>MyCoach</h1>
        <p role="status">Signing out…</p>
      </main>
    );
  }
  if (phase === "out") {
    return (
      <SignIn
        session={session}
        refusal={refusal}
        onSignedIn={(userId) => {
          queries.clear();
          user.current = userId;
          setPhase("in");
        }}
      />
    );
  }
  return (
    <SessionContext value={session}>
      <Shell
        key={visit}
        session={session}
        newcomer={newcomer}
        onSignIn={expired === "waits" ? () => setExpired("asks") : null}
        onSignOut={leave}
      />
      {expired === "asks" && <SignInDialog session={session} onSignedIn={goOn} onClose={() => setExpired("waits")} />}
    </SessionContext>
  );
}

const hasData = (query: { state: { data: unknown } }) => query.state.data !== undefined;
