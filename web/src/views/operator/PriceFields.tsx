import { notDecimal } from "../../format/decimal";
import { Field } from "../../ui/Field";
import type { DraftFieldsProps } from "./ModelFields";
import { isRateOf, rateNames } from "./draft";
import type { ModelEntry } from "./entries";

const labels: Record<(typeof rateNames)[number], string> = {
  input: "Input",
  cachedInput: "Cached input",
  cacheWrite: "Cache write",
  cacheWrite1h: "Cache write for 1 h",
  cacheWrite12h: "Cache write for 12 h",
  output: "Output",
};

type PriceFieldsProps = DraftFieldsProps & { base: ModelEntry | null; isChecked: boolean };

export function PriceFields({ draft, base, isChecked, faults, onChange }: PriceFieldsProps) {
  return (
    <fieldset>
      <legend>Its price, in US dollars per million tokens</legend>
      <div className="pair rates">
        {rateNames.map((name) => (
          <Field
            key={name}
            label={labels[name]}
            errors={isChecked && !isRateOf(draft, name) ? [notDecimal] : faults(name)}
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
          : "A chat model must state what writing to the cache costs: the input price if nothing extra. A new model of Anthropic costs 1.1 times as much within the US. Change that as JSON."}
      </p>
    </fieldset>
  );
}
