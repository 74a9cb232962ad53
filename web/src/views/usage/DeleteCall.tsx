import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { budgetQuery } from "../../api/queries";
import { Problem } from "../../api/problem";
import type { UsageReceipt } from "../../api/usage";
import { exactMoney } from "../../format/money";
import { Confirm } from "../../ui/Confirm";

type DeleteCallProps = { call: UsageReceipt; tag: string | null; onDeleted: () => void };

// Deletes a call that was posted by mistake. Calls of the gateway are the provider's record and stay.
export function DeleteCall({ call, tag, onDeleted }: DeleteCallProps) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  if (call.deletedAt || /^\d{6}-gw-/.test(call.id)) return null;
  const readAgain = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["usage"] }),
      queries.invalidateQueries({ queryKey: budgetQuery.queryKey }),
    ]);
  const remove = async () => {
    const header = tag ? { "If-Match": tag } : {};
    try {
      await answer(api.DELETE("/api/usage/{id}", { params: { path: { id: call.id }, header } }));
    } catch (error) {
      if (error instanceof Problem && error.status === 412) await readAgain();
      throw error;
    }
    onDeleted();
    await readAgain();
  };
  return (
    <>
      <button type="button" className="danger" onClick={() => setAsking(true)}>
        Delete call
      </button>
      {asking && (
        <Confirm title="Delete this call?" act="Delete call" onConfirm={remove} onClose={() => setAsking(false)}>
          <p>
            Its tokens and its cost of {exactMoney(call.costUsd)} leave the totals and the budget of the month. Its id
            stays used. Delete only what was posted by mistake: this cannot be undone.
          </p>
        </Confirm>
      )}
    </>
  );
}
