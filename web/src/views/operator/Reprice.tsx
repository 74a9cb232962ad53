import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Failed } from "../../ui/Failed";
import { Loaded } from "../../ui/Loaded";
import { RepriceForm } from "./RepriceForm";
import { RepriceState } from "./RepriceState";
import { RepricedUsage } from "./RepricedUsage";
import { repricingQuery } from "./queries";

export function Reprice({ onDone }: { onDone: (text: string | null) => void }) {
  const queries = useQueryClient();
  const order = useQuery(repricingQuery);
  const [asking, setAsking] = useState(false);
  const stop = useMutation({
    mutationFn: () => answer(api.DELETE("/api/admin/prices/reprice")),
    onSuccess: (stopped) => {
      queries.setQueryData(repricingQuery.queryKey, stopped);
      onDone("Pricing again is stopped. What is changed stays changed.");
    },
  });
  const isRunning = order.data?.status === "running";
  return (
    <Card
      title="Price recorded calls again"
      actions={
        isRunning ? (
          <button key="stop" type="button" className="danger" onClick={() => stop.isPending || stop.mutate()}>
            Stop
          </button>
        ) : (
          <button key="ask" type="button" onClick={() => setAsking(true)}>
            Price again
          </button>
        )
      }
    >
      <Failed error={stop.error} />
      <Loaded query={order}>
        {(job) =>
          job === null ? (
            <Empty>
              <p>A new version of the price book changes no recorded call. An order here applies it to the past.</p>
            </Empty>
          ) : (
            <>
              <RepriceState job={job} />
              <RepricedUsage job={job} />
            </>
          )
        }
      </Loaded>
      {asking && <RepriceForm onDone={onDone} onClose={() => setAsking(false)} />}
    </Card>
  );
}
