import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerWithTag, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { isStale } from "../../api/problem";
import { settingsQuery } from "../../api/queries";
import type { components } from "../../api/schema";
import { Card } from "../../ui/Card";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { ModelOptions } from "./ModelOptions";
import { Warnings } from "./Warnings";
import type { Model } from "./model";

type DefaultModelProps = {
  models: readonly Model[];
  settings: components["schemas"]["SettingsView"];
  tag: string | null;
  onDone: (text: string | null) => void;
};

export function DefaultModel({ models, settings, tag, onDone }: DefaultModelProps) {
  const queries = useQueryClient();
  const present = settings.defaultModel;
  // Null until the viewer chooses.
  const [chosen, setChosen] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: () => {
      const body = { defaultModel: chosen || null };
      return answerWithTag(api.PATCH("/api/settings", { params: { header: { "If-Match": tag ?? undefined } }, body }));
    },
    onMutate: () => onDone(null),
    onSuccess: (saved) => {
      queries.setQueryData(settingsQuery.queryKey, saved);
      void queries.invalidateQueries({ queryKey: ["agents"] });
      setChosen(null);
      onDone(
        saved.body.defaultModel ? `The default model is ${saved.body.defaultModel}.` : "There is no default model.",
      );
    },
    onError: (error) => {
      if (!isStale(error)) return;
      setChosen(null);
      void queries.invalidateQueries({ queryKey: ["settings"] });
    },
  });
  return (
    <Card title="Default model">
      <Warnings warnings={settings.warnings} />
      <Form action={save} act="Set default model" acting="Saving…" fields={["defaultModel"]}>
        <Field
          label="Default model"
          hint="What calls get that name the model “default”, and agents without a model of their own."
          errors={faultsOf(save.error, "defaultModel")}
        >
          <select value={chosen ?? present ?? ""} onChange={(change) => setChosen(change.target.value)}>
            <option value="">None</option>
            <ModelOptions models={models} present={present} />
          </select>
        </Field>
      </Form>
    </Card>
  );
}
