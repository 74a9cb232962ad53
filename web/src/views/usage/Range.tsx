import { useState } from "react";
import { addDays } from "../../format/time";
import { Field } from "../../ui/Field";

type Days = { from: string; to: string };

const mostDays = 400;

// The first and last day, taken when both are complete: a date that is being typed is not meant yet.
export function Range({ days, onChoose }: { days: Days; onChoose: (days: Days) => void }) {
  const [from, setFrom] = useState(days.from);
  const [to, setTo] = useState(days.to);
  const [errors, setErrors] = useState<string[]>([]);
  const choose = () => {
    if (to < from) setErrors(["The last day is before the first."]);
    else if (to > addDays(from, mostDays - 1)) setErrors([`At most ${mostDays} days.`]);
    else onChoose({ from, to });
  };
  return (
    <form
      className="row ends"
      onSubmit={(submit) => {
        submit.preventDefault();
        choose();
      }}
    >
      <Field label="First day">
        <input type="date" value={from} onChange={(change) => setFrom(change.target.value)} required />
      </Field>
      <Field label="Last day" errors={errors}>
        <input type="date" value={to} onChange={(change) => setTo(change.target.value)} required />
      </Field>
      <button type="submit">Show days</button>
    </form>
  );
}
