import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { Problem, explain, isStale } from "../../api/problem";
import { providerName, type ProviderId } from "../../format/names";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { Notice } from "../../ui/Notice";
import { OpenAiAccount, type Account } from "./OpenAiAccount";
import { readAgain } from "./queries";
import { consoles, wordsOf, type Stored } from "./status";

type KeyFormProps = {
  provider: ProviderId;
  // What was stored when the dialog opened; null to add a key.
  opened: Stored | null;
  onDone: (text: string | null) => void;
  onClose: () => void;
};

export function KeyForm({ provider, opened, onDone, onClose }: KeyFormProps) {
  const queries = useQueryClient();
  const name = providerName(provider);
  // What is replaced. It changes only with a notice, so that no one replaces a key unknowingly.
  const [stored, setStored] = useState(opened);
  const [changed, setChanged] = useState<string | null>(null);
  const [apiKey, setApiKey] = useState("");
  const [account, setAccount] = useState<Account>({
    organization: stored?.key.organization ?? "",
    project: stored?.key.project ?? "",
    region: stored?.key.region ?? "",
  });
  const store = useMutation({
    mutationFn: async () => {
      const header = stored ? { "If-Match": stored.tag ?? undefined } : { "If-None-Match": "*" };
      const { organization, project, region } = account;
      const options =
        provider === "openai"
          ? { organization: organization || null, project: project || null, region: region || null }
          : {};
      const body = { apiKey: apiKey.trim(), ...options };
      try {
        return await answer(api.PUT("/api/keys/{provider}", { params: { path: { provider }, header }, body }));
      } catch (error) {
        if (isStale(error)) {
          const present = await readAgain(queries, provider);
          setChanged(meanwhile(stored, present));
          setStored(present);
        }
        throw error;
      }
    },
    onSuccess: (key) => {
      onDone(`The ${name} key is ${stored ? "replaced" : "stored"}. ${wordsOf(key.status).meaning}`);
      void queries.invalidateQueries({ queryKey: ["keys"] });
      void queries.invalidateQueries({ queryKey: ["models"] });
      onClose();
    },
  });
  const isRejected = store.error instanceof Problem && store.error.code === "key_rejected";
  const keyFaults = isRejected ? [explain(store.error)] : faultsOf(store.error, "apiKey");
  return (
    <Dialog title={stored ? `Replace the ${name} key` : `Add an ${name} key`} onClose={onClose}>
      <Form
        action={store}
        act={stored ? "Replace key" : "Add key"}
        acting={`Asking ${name}…`}
        fields={["apiKey", "organization", "project", "region"]}
        isExplained={isRejected || isStale(store.error)}
        onCancel={onClose}
      >
        {changed && <Notice tone="warn">{changed}</Notice>}
        <p>
          {stored && `This replaces ${stored.key.maskedKey}. `}MyCoach asks {name} about the key first, with a call that
          costs nothing. A key that {name} refuses is not stored. You find your keys at{" "}
          <a href={consoles[provider].address} target="_blank" rel="noreferrer">
            {consoles[provider].name}
          </a>
          .
        </p>
        <Field label="API key" hint="It is encrypted and never shown again." errors={keyFaults}>
          <input
            type="password"
            value={apiKey}
            onChange={(change) => setApiKey(change.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
        {provider === "openai" && <OpenAiAccount account={account} error={store.error} onChange={setAccount} />}
      </Form>
    </Dialog>
  );
}

// What another tab did while the dialog was open, and what one can do about it.
function meanwhile(before: Stored | null, present: Stored | null): string {
  if (!present) return "The key was deleted meanwhile, perhaps in another tab. You can still add the one you typed.";
  const done = before ? "changed" : "stored";
  return `A key was ${done} meanwhile, perhaps in another tab: ${present.key.maskedKey}. You can replace it with the one you typed.`;
}
