import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { Problem, explain } from "../../api/problem";
import { providerName, type ProviderId } from "../../format/names";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { OpenAiAccount, type Account } from "./OpenAiAccount";
import { consoles, wordsOf, type ProviderKey } from "./status";

type KeyFormProps = {
  provider: ProviderId;
  // What is replaced; null to add a key.
  stored: { key: ProviderKey; tag: string | null } | null;
  onDone: (text: string | null) => void;
  onClose: () => void;
};

export function KeyForm({ provider, stored, onDone, onClose }: KeyFormProps) {
  const queries = useQueryClient();
  const name = providerName(provider);
  const [apiKey, setApiKey] = useState("");
  const [account, setAccount] = useState<Account>({
    organization: stored?.key.organization ?? "",
    project: stored?.key.project ?? "",
    region: stored?.key.region ?? "",
  });
  const store = useMutation({
    mutationFn: () => {
      const header = stored ? { "If-Match": stored.tag ?? undefined } : { "If-None-Match": "*" };
      const { organization, project, region } = account;
      const options =
        provider === "openai"
          ? { organization: organization || null, project: project || null, region: region || null }
          : {};
      const body = { apiKey: apiKey.trim(), ...options };
      return answer(api.PUT("/api/keys/{provider}", { params: { path: { provider }, header }, body }));
    },
    onSuccess: (key) => {
      onDone(`The ${name} key is ${stored ? "replaced" : "stored"}. ${wordsOf(key.status).meaning}`);
      onClose();
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["keys"] });
      void queries.invalidateQueries({ queryKey: ["models"] });
    },
  });
  const isRejected = store.error instanceof Problem && store.error.code === "key_rejected";
  const keyFaults = isRejected ? [explain(store.error)] : faultsOf(store.error, "apiKey");
  return (
    <Dialog title={stored ? `Replace the ${name} key` : `Add a ${name} key`} onClose={onClose}>
      <Form
        action={store}
        act={stored ? "Replace key" : "Add key"}
        acting={`Asking ${name}…`}
        fields={["apiKey", "organization", "project", "region"]}
        isExplained={isRejected}
        onCancel={onClose}
      >
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
