import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { View } from "../../ui/View";
import { Activity } from "./Activity";
import { Erase } from "./Erase";
import { Export } from "./Export";
import { Who } from "./Who";
import { accountQuery } from "./queries";
import "./account.css";

export default function Account() {
  const account = useQuery(accountQuery);
  const queries = useQueryClient();
  const [done, setDone] = useState<string | null>(null);
  const isErased = useCallback(() => {
    setDone("Your account is erased. Nothing of it is left; if you go on, you start anew.");
    void queries.resetQueries({ predicate: (query) => query.queryKey[0] !== "account" });
  }, [queries]);
  // An erasure that the timer continues is done once the API no longer speaks of it.
  const erasing = account.data?.erasing;
  const wasErasing = useRef(false);
  useEffect(() => {
    if (wasErasing.current && erasing === false) isErased();
    wasErasing.current = erasing === true;
  }, [erasing, isErased]);
  return (
    <View
      title="Account"
      lead="Who you are here, what was done to your keys and data, and how to take your data with you or erase it."
    >
      {done && <Notice tone="good">{done}</Notice>}
      <Loaded query={account}>
        {(state) =>
          state.erasing ? (
            <Notice tone="warn">
              Your account is being erased, provider keys first. Until that is done, every other call is refused. This
              page asks every few seconds whether it is done.
            </Notice>
          ) : (
            <>
              <div className="columns">
                <Who userId={state.userId} />
                <Export />
                <Erase onBegin={() => setDone(null)} onErased={isErased} />
              </div>
              <Activity />
            </>
          )
        }
      </Loaded>
      <p>
        <Link href="/operator">For operators</Link>
      </p>
    </View>
  );
}
