import { exactMoney } from "../../format/money";
import { providerName } from "../../format/names";
import { month as monthName } from "../../format/time";
import type { Invoice } from "./invoice";

type InvoiceRowProps = { invoice: Invoice; onOpen: (act: "enter" | "remove", invoice: Invoice) => void };

// The total of a month's invoice, with what can be done about it.
export function InvoiceRow({ invoice, onOpen }: InvoiceRowProps) {
  const { provider, month, totalUsd } = invoice;
  const enter = totalUsd === null ? "Enter" : "Change";
  const what = `the total of the ${providerName(provider)} invoice`;
  return (
    <div className="row">
      <span>
        Invoice of {monthName(month)}:{" "}
        {totalUsd === null ? <span className="soft">not entered</span> : exactMoney(totalUsd)}
      </span>
      <button type="button" onClick={() => onOpen("enter", invoice)} aria-label={`${enter} ${what}`}>
        {enter}
      </button>
      {totalUsd !== null && (
        <button
          type="button"
          className="danger"
          onClick={() => onOpen("remove", invoice)}
          aria-label={`Remove ${what}`}
        >
          Remove
        </button>
      )}
    </div>
  );
}
