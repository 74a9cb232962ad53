import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { whenUnauthenticated } from "../api/client";
import { SessionContext } from "../session/context";
import type { Start } from "../session/session";
import { Shell } from "./Shell";
import { SignIn } from "./SignIn";

export function App({ start }: { start: Start }) {
  const { session } = start;
  const queries = useQueryClient();
  const [signedIn, setSignedIn] = useState(start.signedIn);
  const [expired, setExpired] = useState(false);
  useEffect(
    () =>
      whenUnauthenticated(() => {
        setExpired(true);
        setSignedIn(false);
      }),
    [],
  );
  if (signedIn || !session.signIn) {
    return (
      <SessionContext value={session}>
        <Shell session={session} />
      </SessionContext>
    );
  }
  return (
    <SignIn
      session={session}
      expired={expired}
      onSignedIn={() => {
        queries.clear();
        setExpired(false);
        setSignedIn(true);
      }}
    />
  );
}
