import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { every } from "../../api/patience";
import { explain } from "../../api/problem";
import { readEvents } from "../../api/usage";
import { count } from "../../format/count";
import { exactMoney } from "../../format/money";
import { Figure } from "../../ui/Figure";
import { Notice } from "../../ui/Notice";

// How long to look for the call, in milliseconds.
const patience = 60_000;

// What the call cost. It is recorded just after the answer ends, or later if a stopped answer must be drained.
// The list answers before that too; the receipt's own address would be an error until then.
export function Cost({ usageId }: { usageId: string }) {
  const month = `${usageId.slice(0, 4)}-${usageId.slice(4, 6)}`;
  const [until] = useState(() => Date.now() + patience);
  const query = useQuery({
    queryKey: ["usage", "cost", usageId],
    queryFn: async ({ signal }) => {
      const { events } = await readEvents({ month, limit: 20 }, signal);
      return events.find(({ id }) => id === usageId) ?? null;
    },
    refetchInterval: (query) => (query.state.data || Date.now() > until ? false : every(1_000)(query)),
  });
  if (query.isError) return <Notice tone="bad">The cost could not be read: {explain(query.error)}</Notice>;
  const call = query.data;
  if (!call) {
    return (
      <p className="soft" role="status">
        {Date.now() > until
          ? "The call is not recorded yet. It appears in Usage."
          : "Waiting until the call is recorded…"}
      </p>
    );
  }
  return (
    <>
      <div className="figures" role="status">
        <Figure name="Cost" value={call.priced ? exactMoney(call.costUsd) : "no known price"}>
          {call.estimated && "estimated, because the answer broke off"}
        </Figure>
        <Figure name="Tokens in" value={count(call.inputTokens)} />
        <Figure name="Tokens out" value={count(call.outputTokens)} />
      </div>
      <p>
        {call.model} answered. <Link href={`/usage/${call.id}`}>Open the receipt</Link>
      </p>
    </>
  );
}
