import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { modelsQuery } from "../../api/queries";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { ModelFields } from "./ModelFields";
import { PriceFields } from "./PriceFields";
import { Review } from "./Review";
import type { BookProps } from "./book";
import { bookEntry } from "./bookEntry";
import { draftOf, entryOf, isRateOf, rateNames, type Draft } from "./draft";
import { correctionsOf, merge, type Corrections, type ModelEntry } from "./entries";
import { fieldsOf } from "./fieldsOf";

type CorrectModelProps = BookProps & {
  // The correction to change, or a model without a price; null to choose one.
  entry: ModelEntry | null;
  unpriced?: { id: string; provider: string };
  onClose: () => void;
};

// A form for a model and its new price, then what that changes.
export function CorrectModel({ book, tag, entry, unpriced, onDone, onClose }: CorrectModelProps) {
  const models = useQuery(modelsQuery);
  const [base, setBase] = useState(entry);
  const [draft, setDraft] = useState<Draft>(() => draftOf(entry, unpriced?.id ?? "", unpriced?.provider ?? "openai"));
  const [checked, setChecked] = useState<Corrections | null>(null);
  const areRates = rateNames.every((name) => isRateOf(draft, name));
  const check = useMutation({
    mutationFn: async () => {
      if (!areRates) throw new Error("Write prices as numbers of dollars.");
      const corrections = merge(correctionsOf(book), { models: [entryOf(draft, base)] });
      const params = { query: { preview: "true" }, header: { "If-Match": tag ?? undefined } };
      await answer(api.PUT("/api/admin/prices", { params, body: corrections }));
      return corrections;
    },
    onSuccess: setChecked,
  });
  const choose = (key: string) => {
    const known = models.data?.models.find((model) => `${model.provider}/${model.id}` === key);
    const corrected = book.models.find((model) => `${model.provider}/${model.id}` === key);
    const chosen = corrected ?? (known ? bookEntry(known) : null);
    check.reset();
    setBase(chosen);
    setDraft(draftOf(chosen, "", "openai"));
  };
  // merge() puts the entry last among those in force.
  const others = book.models.filter((model) => model.id !== draft.id.trim() || model.provider !== draft.provider);
  const fields = fieldsOf(check.error, others.length, entryOf(draft, base).prices.length - 1);
  return (
    <Dialog title={entry ? `Correct ${entry.id}` : "Correct a model"} wide onClose={onClose}>
      {checked ? (
        <Review corrections={checked} tag={tag} onDone={onDone} onBack={() => setChecked(null)} onClose={onClose} />
      ) : (
        <Form action={check} act="Show what changes" acting="Checking…" fields={fields.paths} onCancel={onClose}>
          {!entry && !unpriced && (
            <Field label="Model" hint="Its present price is filled in. Prices of before that are not in a correction.">
              <select
                value={base ? `${base.provider}/${base.id}` : ""}
                onChange={(change) => choose(change.target.value)}
              >
                <option value="">A new model</option>
                {models.data?.models.map((model) => (
                  <option key={`${model.provider}/${model.id}`} value={`${model.provider}/${model.id}`}>
                    {model.id}
                  </option>
                ))}
              </select>
            </Field>
          )}
          <ModelFields draft={draft} isNew={base === null} faults={fields.faults} onChange={setDraft} />
          <PriceFields draft={draft} base={base} isChecked={check.isError} faults={fields.faults} onChange={setDraft} />
        </Form>
      )}
    </Dialog>
  );
}
