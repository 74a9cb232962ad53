import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { Loaded } from "../../ui/Loaded";
import { Loading } from "../../ui/Loading";
import { Notice } from "../../ui/Notice";
import { useLate } from "../../ui/useLate";
import { View } from "../../ui/View";
import { Choice } from "./Choice";
import { Compared, hasBill } from "./Compared";
import { Details } from "./Details";
import { Organisations } from "./Organisations";
import { addressOf, readAsked } from "./asked";
import { comparisonQuery, organisationsQuery } from "./queries";
import "./bills.css";

// How long the view waits for both of its answers, in milliseconds.
const patience = 1_000;

// The address says what is compared, so that a link or a reload shows the same.
export default function Bills() {
  const [, navigate] = useLocation();
  const asked = readAsked(useSearch());
  const query = useQuery(comparisonQuery(asked));
  const organisations = useQuery(organisationsQuery);
  const connected = organisations.data?.billing;
  const [done, setDone] = useState<string | null>(null);
  // What comes later would move what is shown already, but one slow read does not hide the other.
  const isPartial = query.isLoading || organisations.isLoading;
  const isLate = useLate(isPartial, patience);
  // The answer before is shown until the next has come.
  const stale = query.isPlaceholderData;
  const results = { className: stale ? "compared stale" : "compared", "aria-busy": stale };
  return (
    <View
      title="Bills"
      lead="What the providers billed, beside what MyCoach recorded, and why they differ. Days and months are in UTC."
    >
      {done && <Notice tone="good">{done}</Notice>}
      <Choice asked={asked} ask={(next) => navigate(addressOf(next))} />
      {isPartial && !isLate ? (
        <Loading />
      ) : (
        <>
          <Loaded query={query}>
            {(comparison) => (
              <div {...results}>
                <Compared comparison={comparison} isConnected={connected ? connected.length > 0 : null} />
              </div>
            )}
          </Loaded>
          <Organisations comparison={query.data} onDone={setDone} />
          {query.data && hasBill(query.data) && (
            <div {...results}>
              <Details comparison={query.data} organisations={connected ?? []} />
            </div>
          )}
        </>
      )}
    </View>
  );
}
