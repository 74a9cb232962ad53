import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { Problem, explain, isStale } from "../../api/problem";
import { providerName, type ProviderId } from "../../format/names";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { Console } from "./Console";
import { readAgain, readBillsAgain, type Connected } from "./queries";
import { canBeNamed, comparedInWords, consoles } from "./words";

type AdminKeyFormProps = {
  provider: ProviderId;
  // Whether the user came to name the key whose use is compared.
  names: boolean;
  // What was stored when the dialog opened; null to connect an organisation.
  opened: Connected | null;
  onDone: (text: string | null) => void;
  onClose: () => void;
};

export function AdminKeyForm({ provider, names, opened, onDone, onClose }: AdminKeyFormProps) {
  const queries = useQueryClient();
  const name = providerName(provider);
  const [connected, setConnected] = useState(opened);
  const [adminKey, setAdminKey] = useState("");
  const [keyId, setKeyId] = useState(opened?.organisation.providerKeyId ?? "");
  const takesId = names || keyId !== "" || (connected !== null && canBeNamed(connected.organisation));
  const store = useMutation({
    mutationFn: async () => {
      const header = connected ? { "If-Match": connected.tag ?? undefined } : { "If-None-Match": "*" };
      const body = { adminKey: adminKey.trim(), providerKeyId: keyId.trim() || null };
      return answer(api.PUT("/api/billing/{provider}", { params: { path: { provider }, header }, body }));
    },
    onSuccess: (stored) => {
      onDone(`The ${name} admin key is stored. Compared: ${comparedInWords(stored)}.`);
      readBillsAgain(queries);
      onClose();
    },
    onError: async (error) => {
      // A refused key is of no more use; another try of the same needs it still.
      if (isRejected(error)) setAdminKey("");
      if (isStale(error)) setConnected(await readAgain(queries, provider));
    },
  });
  const keyFaults = isRejected(store.error) ? [explain(store.error)] : faultsOf(store.error, "adminKey");
  return (
    <Dialog title={titleOf(name, names, connected)} onClose={onClose}>
      <Form
        action={store}
        act={connected ? "Replace key" : "Connect"}
        acting={`Asking ${name}…`}
        fields={["adminKey", "providerKeyId"]}
        isExplained={isRejected(store.error)}
        onCancel={onClose}
      >
        <p>
          {connected && `This replaces ${connected.organisation.maskedKey}. `}MyCoach tries the key first and stores it
          only if it works. It is used for nothing but to read usage, costs and names of keys. Admin keys are made at{" "}
          <Console of={provider} />. {consoles[provider].needs}
        </p>
        {names && <p>MyCoach never shows a key again, so paste the admin key once more to name your own.</p>}
        <Field label="Admin key" hint="It is encrypted and never shown again." errors={keyFaults}>
          <input
            type="password"
            value={adminKey}
            onChange={(change) => setAdminKey(change.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
        {takesId && (
          <Field
            label={`Id of your ${name} key`}
            hint={`${name}’s id of the key that you stored under Keys, such as ${consoles[provider].keyId}. Empty: MyCoach looks for it.`}
            errors={faultsOf(store.error, "providerKeyId")}
          >
            <input
              value={keyId}
              onChange={(change) => setKeyId(change.target.value)}
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
        )}
      </Form>
    </Dialog>
  );
}

const isRejected = (error: unknown) => error instanceof Problem && error.code === "key_rejected";

function titleOf(name: string, names: boolean, connected: Connected | null): string {
  if (!connected) return `Connect your ${name} organisation`;
  return names ? `Name your ${name} key` : `Replace the ${name} admin key`;
}
