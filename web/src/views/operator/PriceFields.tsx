import { Field } from "../../ui/Field";
import type { DraftFieldsProps } from "./ModelFields";
import { isRate, rateNames } from "./draft";
import type { ModelEntry } from "./entries";

const labels: Record<(typeof rateNames)[number], string> = {
  input: "Input",
  cachedInput: "Cached input",
  cacheWrite: "Cache write",
  cacheWrite1h: "Cache write for 1 h",
  cacheWrite12h: "Cache write for 12 h",
  output: "Output",
};

export function PriceFields({ draft, base, faults, onChange }: DraftFieldsProps & { base: ModelEntry | null }) {
  return (
    <fieldset>
      <legend>Its price, in US dollars per million tokens</legend>
      <div className="pair rates">
        {rateNames.map((name) => (
          <Field
            key={name}
            label={labels[name]}
            errors={isRate(draft[name]) ? faults(name) : ["Write a number of dollars."]}
          >
            <input
              inputMode="decimal"
              value={draft[name]}
              onChange={(change) => onChange({ ...draft, [name]: change.target.value })}
              autoComplete="off"
            />
          </Field>
        ))}
      </div>
      <div className="pair">
        <Field label="Applies from" hint="A day in UTC." errors={faults("effectiveFrom")}>
          <input
            type="date"
            value={draft.effectiveFrom}
            onChange={(change) => onChange({ ...draft, effectiveFrom: change.target.value })}
          />
        </Field>
        <Field label="Compared on" errors={faults("checkedOn")}>
          <input
            type="date"
            value={draft.checkedOn}
            onChange={(change) => onChange({ ...draft, checkedOn: change.target.value })}
          />
        </Field>
        <Field label="Source" hint="The address that states it." errors={faults("source")}>
          <input
            value={draft.source}
            onChange={(change) => onChange({ ...draft, source: change.target.value })}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
        <label className="check">
          <input
            type="checkbox"
            checked={draft.confirmed}
            onChange={(change) => onChange({ ...draft, confirmed: change.target.checked })}
          />
          <span>
            Confirmed
            <span className="hint block">Else its calls are marked as estimates.</span>
          </span>
        </label>
      </div>
      <p className="hint">
        {base
          ? "Long input, service tiers, speeds, geographies, audio and fine-tuning stay as they are. Change them as JSON."
          : "Without a price, writing to the cache counts as in the input: state it for a chat model. A new model of Anthropic costs 1.1 times as much within the US. Change that as JSON."}
      </p>
    </fieldset>
  );
}
