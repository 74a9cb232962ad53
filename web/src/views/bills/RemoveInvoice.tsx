import { useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import { Problem } from "../../api/problem";
import { Confirm } from "../../ui/Confirm";
import { invoiceName, type Invoice } from "./invoice";
import { readBillsAgain } from "./queries";

type RemoveInvoiceProps = { invoice: Invoice; onDone: (text: string) => void; onClose: () => void };

export function RemoveInvoice({ invoice, onDone, onClose }: RemoveInvoiceProps) {
  const queries = useQueryClient();
  const { provider, month } = invoice;
  const remove = async () => {
    try {
      const params = { path: { provider, month } };
      await answer(api.DELETE("/api/billing/{provider}/invoices/{month}", { params }));
      onDone(`The total of the ${invoiceName(invoice)} is removed.`);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 404)) throw error;
      onDone(`The total of the ${invoiceName(invoice)} was removed meanwhile, perhaps in another tab.`);
    }
    readBillsAgain(queries);
  };
  return (
    <Confirm
      title={`Remove the total of the ${invoiceName(invoice)}?`}
      act="Remove total"
      onConfirm={remove}
      onClose={onClose}
    >
      <p>The bill of the month stays as it is. You can enter the total again.</p>
    </Confirm>
  );
}
