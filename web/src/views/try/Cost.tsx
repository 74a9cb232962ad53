import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { Problem } from "../../api/problem";
import { receiptQuery } from "../../api/usage";
import { count } from "../../format/count";
import { exactMoney } from "../../format/money";
import { Figure } from "../../ui/Figure";
import { Loaded } from "../../ui/Loaded";

const attempts = 20;

// What the call cost. It is recorded just after the answer ends; after a stop that can take some seconds.
export function Cost({ usageId }: { usageId: string }) {
  const query = useQuery({
    ...receiptQuery(usageId),
    retry: (failures, error) => failures < attempts && (!(error instanceof Problem) || error.status === 404),
    retryDelay: (failures) => Math.min(300 * 1.3 ** failures, 2_000),
  });
  return (
    <Loaded query={query}>
      {({ body: call }) => (
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
      )}
    </Loaded>
  );
}
