import { useId } from "react";

export type Mode = "strict" | "flexible";

const modes: readonly { id: Mode; name: string; words: string }[] = [
  {
    id: "strict",
    name: "Strict",
    words:
      "Each call holds the most that it can cost, and is refused if that does not fit, so spend never passes the budget. Calls whose cost has no upper bound are refused.",
  },
  {
    id: "flexible",
    name: "Flexible",
    words:
      "Each call holds what it probably costs, and passes while anything is left. Spend can pass the budget by what calls under way cost more; suits agents and long contexts.",
  },
];

export function ModeField({ mode, onChange }: { mode: Mode; onChange: (mode: Mode) => void }) {
  const id = useId();
  return (
    <fieldset className="modes">
      <legend>Mode</legend>
      {modes.map((other) => (
        <label className="check" key={other.id}>
          <input
            type="radio"
            name={id}
            aria-describedby={`${id}-${other.id}`}
            checked={mode === other.id}
            onChange={() => onChange(other.id)}
          />
          <span>
            {other.name}
            <span className="hint block" id={`${id}-${other.id}`}>
              {other.words}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
