import { notDollars } from "../format/dollars";
import { Field } from "./Field";

type DollarsFieldProps = {
  label: string;
  hint?: string;
  // What an empty field means.
  placeholder: string;
  text: string;
  isWrong: boolean;
  faults: string[];
  onChange: (text: string) => void;
};

// An amount of dollars and cents, in the viewer's locale.
export function DollarsField({ label, hint, placeholder, text, isWrong, faults, onChange }: DollarsFieldProps) {
  return (
    <Field label={label} hint={hint} errors={isWrong ? [notDollars] : faults}>
      <input
        inputMode="decimal"
        value={text}
        onChange={(change) => onChange(change.target.value)}
        placeholder={placeholder}
        autoComplete="off"
      />
    </Field>
  );
}
