import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { isStale } from "../../api/problem";
import { addDays, today } from "../../format/time";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { ExpiryField } from "./ExpiryField";
import { ModelsField } from "./ModelsField";
import { expiresAtOf, type Expiry } from "./expiry";
import type { Token } from "./scopes";

type ChangeFormProps = {
  token: Token;
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
  const change = useMutation({
    mutationFn: () => {
      const params = { path: { tokenId: token.id }, header: { "If-Match": tag ?? undefined } };
      const body = { name: name.trim(), expiresAt: expiresAtOf(expiry, token.expiresAt), models };
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
    <Form action={change} act="Save" fields={["name", "expiresAt", "models"]} onCancel={onClose}>
      <Field label="Name" errors={faultsOf(change.error, "name")}>
        <input value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
      </Field>
      <ExpiryField expiry={expiry} present={token.expiresAt} error={change.error} onChange={setExpiry} />
      {token.scopes.includes("gateway") && (
        <ModelsField models={models} error={change.error} onChange={setModels} />
      )}
    </Form>
  );
}
