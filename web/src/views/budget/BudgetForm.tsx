import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerWithTag, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { isStale } from "../../api/problem";
import { settingsQuery } from "../../api/queries";
import type { components } from "../../api/schema";
import { centsOf, dollarsText, isAmount, notDollars } from "../../format/dollars";
import { money } from "../../format/money";
import { latinDigits } from "../../format/numeral";
import { DollarsField } from "../../ui/DollarsField";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { ModeField, type Mode } from "./ModeField";

type Settings = components["schemas"]["SettingsView"];
type BudgetFormProps = {
  settings: Settings;
  tag: string | null;
  onDone: (text: string) => void;
  onStale: () => void;
};

export function BudgetForm({ settings, tag, onDone, onStale }: BudgetFormProps) {
  const queries = useQueryClient();
  // A change is of the settings that the form began with, also when newer ones have been read since.
  const [beganWith] = useState(tag);
  const [amount, setAmount] = useState(dollarsText(settings.monthlyBudgetCents));
  const [mode, setMode] = useState<Mode>(settings.budgetMode);
  const [thresholds, setThresholds] = useState(settings.alertThresholds.join(" "));
  const [allowsUnpriced, setAllowsUnpriced] = useState(settings.allowUnpricedModels);
  const [countsBills, setCountsBills] = useState(settings.countProviderSpend);
  const save = useMutation({
    mutationFn: async () => {
      if (!isAmount(amount)) throw new Error(notDollars);
      const body = {
        monthlyBudgetCents: centsOf(amount),
        budgetMode: mode,
        alertThresholds: latinDigits(thresholds)
          .split(/[\s,;%،٪]+/)
          .filter(Boolean)
          .map(Number),
        allowUnpricedModels: allowsUnpriced,
        countProviderSpend: countsBills,
      };
      const header = { "If-Match": beganWith ?? undefined };
      return answerWithTag(api.PATCH("/api/settings", { params: { header }, body }));
    },
    onSuccess: (saved) => {
      queries.setQueryData(settingsQuery.queryKey, saved);
      onDone(wordsOf(saved.body));
      void queries.invalidateQueries({ queryKey: ["budget"] });
    },
    onError: (error) => isStale(error) && onStale(),
  });
  return (
    <Form
      action={save}
      act="Save budget"
      acting="Saving…"
      fields={["monthlyBudgetCents", "alertThresholds"]}
      isExplained={!isAmount(amount)}
    >
      <DollarsField
        label="Budget per month, in US dollars"
        hint={amount.trim() === "" ? "Empty: no budget. Nothing limits what calls cost." : undefined}
        placeholder="No budget"
        text={amount}
        isWrong={save.isError && !isAmount(amount)}
        faults={faultsOf(save.error, "monthlyBudgetCents")}
        onChange={setAmount}
      />
      <ModeField mode={mode} onChange={setMode} />
      <Field
        label="Alert at, in percent of the budget"
        hint="Up to ten whole percentages from 1 to 100, such as 50 80 100. Empty: no alerts."
        errors={faultsOf(save.error, "alertThresholds")}
      >
        <input value={thresholds} onChange={(change) => setThresholds(change.target.value)} autoComplete="off" />
      </Field>
      <label className="check">
        <input
          type="checkbox"
          checked={allowsUnpriced}
          onChange={(change) => setAllowsUnpriced(change.target.checked)}
        />
        <span>
          Allow models without a price
          <span className="hint block">Their calls count as $0 here, so no budget limits them.</span>
        </span>
      </label>
      <label className="check">
        <input type="checkbox" checked={countsBills} onChange={(change) => setCountsBills(change.target.checked)} />
        <span>
          Count use outside MyCoach
          <span className="hint block">
            What a connected provider bills for your key outside MyCoach counts into the spend, once a day.
          </span>
        </span>
      </label>
    </Form>
  );
}

function wordsOf(saved: Settings): string {
  return saved.monthlyBudgetCents === null
    ? "Saved. You have no budget: nothing limits what calls cost."
    : `Saved. The ${saved.budgetMode} budget of ${money(saved.monthlyBudgetCents / 100)} binds your next call.`;
}
