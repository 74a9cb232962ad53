import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { thisMonth } from "../../format/time";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { repricingQuery } from "./queries";

type RepriceFormProps = { onDone: (text: string | null) => void; onClose: () => void };

export function RepriceForm({ onDone, onClose }: RepriceFormProps) {
  const queries = useQueryClient();
  const [from, setFrom] = useState(`${thisMonth()}-01`);
  const [models, setModels] = useState("");
  const [dryRun, setDryRun] = useState(true);
  const order = useMutation({
    mutationFn: () => {
      const ids = models.split(/[\s,]+/).filter(Boolean);
      return answer(
        api.POST("/api/admin/prices/reprice", { body: { from, models: ids.length > 0 ? ids : null, dryRun } }),
      );
    },
    onSuccess: (job) => {
      queries.setQueryData(repricingQuery.queryKey, job);
      onDone(dryRun ? "The order is given. Nothing is changed by it." : "The order is given. Costs change as it goes.");
      onClose();
    },
  });
  return (
    <Dialog title="Price recorded calls again" onClose={onClose}>
      <Form action={order} act="Give the order" fields={["from", "models"]} danger={!dryRun} onCancel={onClose}>
        <p>
          Prices the calls of all users by the version in force. Each keeps its first receipt and gets an adjustment;
          budgets and totals change with it.
        </p>
        <Field label="Calls since" hint="A day in UTC, at most 400 days ago." errors={faultsOf(order.error, "from")}>
          <input type="date" value={from} onChange={(change) => setFrom(change.target.value)} />
        </Field>
        <Field
          label="Models"
          hint="Their ids, separated by spaces. Empty: all models."
          errors={faultsOf(order.error, "models")}
        >
          <input value={models} onChange={(change) => setModels(change.target.value)} autoComplete="off" />
        </Field>
        <label className="check">
          <input type="checkbox" checked={dryRun} onChange={(change) => setDryRun(change.target.checked)} />
          <span>
            Only see what would change
            <span className="hint block">Without this tick, costs change.</span>
          </span>
        </label>
      </Form>
    </Dialog>
  );
}
