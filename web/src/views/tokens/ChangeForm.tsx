import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { isStale } from "../../api/problem";
import { centsOf, dollarsText, isAmount, notDollars } from "../../format/dollars";
import { addDays, today } from "../../format/time";
import { DollarsField } from "../../ui/DollarsField";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { ExpiryField } from "./ExpiryField";
import { ModelsField } from "./ModelsField";
import { expiresAtOf, type Expiry } from "./expiry";
import type { Token } from "./scopes";

type ChangeFormProps = {
  // What the form begins with.
  token: Token;
  // The ETag of what the viewer knows to be stored.
  tag: string | null;
  onStale: () => void;
  onDone: (text: string | null) => void;
  onClose: () => void;
};

export function ChangeForm({ token, tag, onStale, onDone, onClose }: ChangeFormProps) {
  const queries = useQueryClient();
  const [name, setName] = useState(token.name);
  const [expiry, setExpiry] = useState<Expiry>({
    choice: token.expiresAt ? "keep" : "never",
    day: addDays(today(), 90),
  });
  const [models, setModels] = useState<string[] | null>(token.models.length > 0 ? token.models : null);
  const [budget, setBudget] = useState(dollarsText(token.monthlyBudgetCents));
  const change = useMutation({
    mutationFn: async () => {
      if (!isAmount(budget)) throw new Error(notDollars);
      const params = { path: { tokenId: token.id }, header: { "If-Match": tag ?? undefined } };
      const body = {
        name: name.trim(),
        expiresAt: expiresAtOf(expiry, token.expiresAt),
        models,
        monthlyBudgetCents: centsOf(budget),
      };
      return answer(api.PATCH("/api/tokens/{tokenId}", { params, body }));
    },
    onSuccess: (changed) => {
      onDone(`The token ${changed.name} is changed. This takes effect within ten seconds.`);
      void queries.invalidateQueries({ queryKey: ["tokens"], exact: true });
      onClose();
    },
    onError: (error) => {
      if (!isStale(error)) return;
      void queries.invalidateQueries({ queryKey: ["tokens"], exact: true });
      onStale();
    },
  });
  return (
    <Form
      action={change}
      act="Save"
      fields={["name", "expiresAt", "models", "monthlyBudgetCents"]}
      isExplained={!isAmount(budget) || isStale(change.error)}
      onCancel={onClose}
    >
      <Field label="Name" errors={faultsOf(change.error, "name")}>
        <input value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
      </Field>
      <ExpiryField expiry={expiry} present={token.expiresAt} error={change.error} onChange={setExpiry} />
      {token.scopes.includes("gateway") && (
        <DollarsField
          label="Budget per month, in US dollars"
          hint="What its calls of a month may cost, beside your own budget."
          placeholder="Only your own budget"
          text={budget}
          isWrong={change.isError && !isAmount(budget)}
          faults={faultsOf(change.error, "monthlyBudgetCents")}
          onChange={setBudget}
        />
      )}
      {token.scopes.includes("gateway") && <ModelsField models={models} error={change.error} onChange={setModels} />}
    </Form>
  );
}
