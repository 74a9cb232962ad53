import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { centsOf, notDollars } from "../../format/dollars";
import { exactMoney } from "../../format/money";
import { Dialog } from "../../ui/Dialog";
import { DollarsField } from "../../ui/DollarsField";
import { Form } from "../../ui/Form";
import { invoiceName, textOf, type Invoice } from "./invoice";
import { readBillsAgain } from "./queries";

type InvoiceFormProps = { invoice: Invoice; onDone: (text: string) => void; onClose: () => void };

export function InvoiceForm({ invoice, onDone, onClose }: InvoiceFormProps) {
  const { provider, month, totalUsd } = invoice;
  const queries = useQueryClient();
  const [text, setText] = useState(textOf(invoice));
  const cents = centsOf(text);
  const save = useMutation({
    mutationFn: async () => {
      if (cents === null) throw new Error(notDollars);
      const params = { path: { provider, month } };
      return answer(api.PUT("/api/billing/{provider}/invoices/{month}", { params, body: { totalUsd: cents / 100 } }));
    },
    onSuccess: (saved) => {
      onDone(`The total of the ${invoiceName(invoice)} is ${exactMoney(saved.totalUsd)}.`);
      readBillsAgain(queries);
      onClose();
    },
  });
  return (
    <Dialog title={`Total of the ${invoiceName(invoice)}`} onClose={onClose}>
      <Form
        action={save}
        act="Save total"
        acting="Saving…"
        fields={["totalUsd"]}
        isExplained={cents === null}
        onCancel={onClose}
      >
        <p>
          {totalUsd !== null && `This replaces ${exactMoney(totalUsd)}. `}MyCoach shows the total beside the bill of the
          month. It changes neither the comparison nor your budget.
        </p>
        <DollarsField
          label="Total, in US dollars"
          hint="Without taxes and credits: what MyCoach reads of bills has neither."
          placeholder="Not entered"
          text={text}
          isWrong={save.isError && cents === null}
          faults={faultsOf(save.error, "totalUsd")}
          onChange={setText}
        />
      </Form>
    </Dialog>
  );
}
