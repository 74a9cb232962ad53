import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { count } from "../../format/count";
import { providerName, type ProviderId } from "../../format/names";
import { day } from "../../format/time";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { readBillsAgain, type Statement } from "./queries";
import { consoles } from "./words";

type StatementFormProps = {
  provider: ProviderId;
  // Whether an admin key reads its bills, too.
  isConnected: boolean;
  onDone: (text: string) => void;
  onClose: () => void;
};

// Adds a CSV export of the provider's console: of days that no admin key has read.
export function StatementForm({ provider, isConnected, onDone, onClose }: StatementFormProps) {
  const queries = useQueryClient();
  const name = providerName(provider);
  const [file, setFile] = useState<File | null>(null);
  const [keyId, setKeyId] = useState("");
  const add = useMutation({
    mutationFn: async () => {
      if (!file) throw new Error(noFile);
      const query = keyId.trim() ? { providerKeyId: keyId.trim() } : {};
      return answer(
        api.POST("/api/billing/{provider}/statements", {
          params: { path: { provider }, query },
          headers: { "Content-Type": "text/csv" },
          body: file as unknown as string,
          bodySerializer: (body) => body,
        }),
      );
    },
    onSuccess: (stored) => {
      onDone(resultInWords(name, stored));
      readBillsAgain(queries);
      onClose();
    },
  });
  const isMissing = add.isError && !file;
  return (
    <Dialog title={`Add a statement of ${name}`} onClose={onClose}>
      <Form
        action={add}
        act="Add statement"
        acting="Reading the file…"
        fields={["body", "providerKeyId"]}
        isExplained={isMissing}
        onCancel={onClose}
      >
        <p>
          Add what the console of {name} exports as CSV, with all keys and models of its days. It replaces what an
          earlier file said of these days.
          {isConnected && " Days that MyCoach has read with the admin key stay compared as they were read."}
        </p>
        <Field label="CSV file" hint="At most 10 MB." errors={isMissing ? [noFile] : faultsOf(add.error, "body")}>
          <input
            type="file"
            accept=".csv,text/csv"
            onChange={(change) => {
              add.reset();
              setFile(change.target.files?.[0] ?? null);
            }}
          />
        </Field>
        <Field
          label={`Id of your ${name} key`}
          hint={`Such as ${consoles[provider].keyId}: from then on, only its use is compared. Empty: as before, or all use of the organisation.`}
          errors={faultsOf(add.error, "providerKeyId")}
        >
          <input
            value={keyId}
            onChange={(change) => setKeyId(change.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      </Form>
    </Dialog>
  );
}

const noFile = "Choose a file.";

function resultInWords(name: string, { kind, from, to, rows, changedDays, ignoredColumns }: Statement): string {
  const days = from === to ? day(from) : `${day(from)} to ${day(to)}`;
  const ignored = ignoredColumns.length > 0 ? ` Not used: the columns ${ignoredColumns.join(", ")}.` : "";
  const changed = `${count(changedDays)} ${changedDays === 1 ? "day is" : "days are"} new or changed`;
  return `The statement of ${name} is added, with the ${kind} of ${days}: ${changed}, in ${count(rows)} rows.${ignored}`;
}
