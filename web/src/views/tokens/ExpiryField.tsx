import { faultsOf } from "../../api/faults";
import { today } from "../../format/time";
import { Field } from "../../ui/Field";
import { choicesOf, type Expiry } from "./expiry";

type ExpiryFieldProps = {
  expiry: Expiry;
  present: string | null;
  error: unknown;
  onChange: (expiry: Expiry) => void;
};

export function ExpiryField({ expiry, present, error, onChange }: ExpiryFieldProps) {
  const faults = faultsOf(error, "expiresAt");
  const byDay = expiry.choice === "day";
  return (
    <div className="pair">
      <Field label="Expires" errors={byDay ? [] : faults}>
        <select
          value={expiry.choice}
          onChange={(change) => onChange({ ...expiry, choice: change.target.value as Expiry["choice"] })}
        >
          {choicesOf(present).map(([choice, name]) => (
            <option key={choice} value={choice}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      {byDay && (
        <Field label="Last day" hint="The token works until the end of this day in UTC." errors={faults}>
          <input
            type="date"
            min={today()}
            value={expiry.day}
            onChange={(change) => onChange({ ...expiry, day: change.target.value })}
          />
        </Field>
      )}
    </div>
  );
}
