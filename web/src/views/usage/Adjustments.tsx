import type { UsageReceipt } from "../../api/usage";
import { exactMoney } from "../../format/money";
import { Card } from "../../ui/Card";
import { Table } from "../../ui/Table";
import { Time } from "../../ui/Time";

const reasons: Record<string, string> = {
  deleted: "The call was deleted",
  revised: "The bill was read again",
  repriced: "An operator corrected the price",
};

// What changed the cost after the call was recorded.
export function Adjustments({ call }: { call: UsageReceipt }) {
  if (call.adjustments.length === 0) return null;
  return (
    <Card title="Adjustments">
      <Table
        caption="Adjustments of the cost, oldest first"
        rows={call.adjustments}
        rowKey={(adjustment) => `${adjustment.at} ${adjustment.reason}`}
        columns={[
          { name: "Reason", cell: ({ reason }) => reasons[reason] ?? reason },
          { name: "Time", cell: ({ at }) => <Time at={at} /> },
          {
            name: "Price book",
            minor: true,
            cell: ({ priceVersion }) => (priceVersion === null ? "–" : `version ${priceVersion}`),
          },
          { name: "Difference", number: true, cell: ({ differenceUsd }) => exactMoney(differenceUsd) },
        ]}
      />
      <p>
        With all adjustments the call costs <strong className="money">{exactMoney(call.costUsd)}</strong>.
      </p>
    </Card>
  );
}
