import type { components } from "../../api/schema";
import { count, percent } from "../../format/count";
import { money } from "../../format/money";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { Empty } from "../../ui/Empty";
import { Table } from "../../ui/Table";
import { Time } from "../../ui/Time";
import type { Month } from "./MonthState";

type Alert = components["schemas"]["AlertView"];

// The operator sets the receiver: neither it nor whether there is one is for users to see.
export function Alerts({ month }: { month: Month }) {
  return (
    <Card title="Alerts this month">
      <p className="soft">
        When the spend reaches a threshold, MyCoach records it here, once per month and budget, and sends it to the
        webhook of the operator if there is one. A failed delivery is repeated for three days.
      </p>
      {month.alerts.length === 0 ? (
        <Empty>
          <p>
            {month.budgetCents === null
              ? "Without a budget there are no alerts."
              : "The spend has reached no threshold this month."}
          </p>
        </Empty>
      ) : (
        <Table
          caption="Thresholds that were reached"
          rows={month.alerts}
          rowKey={(alert) => `${alert.thresholdPercent} ${alert.budgetCents}`}
          columns={[
            { name: "Threshold", cell: (alert) => percent(alert.thresholdPercent / 100) },
            { name: "Of budget", number: true, cell: (alert) => money(alert.budgetCents / 100) },
            { name: "Reached", cell: (alert) => <Time at={alert.crossedAt} /> },
            { name: "Delivery", cell: (alert) => <Delivery alert={alert} /> },
            { name: "Attempts", number: true, cell: (alert) => count(alert.attempts) },
          ]}
        />
      )}
    </Card>
  );
}

function Delivery({ alert }: { alert: Alert }) {
  if (alert.deliveredAt) {
    return (
      <>
        <Badge tone="good">Delivered</Badge> <Time at={alert.deliveredAt} />
      </>
    );
  }
  if (alert.lastError) {
    return (
      <>
        <Badge tone="bad">Not delivered</Badge> {alert.lastError}
      </>
    );
  }
  return <span className="soft">not sent</span>;
}
