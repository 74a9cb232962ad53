import { useId } from "react";
import { faultsOf } from "../../api/faults";
import { scopes, type Scope } from "./scopes";

type ScopesFieldProps = { chosen: readonly Scope[]; error: unknown; onChange: (chosen: Scope[]) => void };

export function ScopesField({ chosen, error, onChange }: ScopesFieldProps) {
  const id = useId();
  const faults = faultsOf(error, "scopes");
  return (
    <fieldset aria-describedby={faults.length > 0 ? `${id}-errors` : undefined}>
      <legend>What it may do</legend>
      {scopes.map((scope) => (
        <label className="check" key={scope.id}>
          <input
            type="checkbox"
            checked={chosen.includes(scope.id)}
            aria-invalid={faults.length > 0 || undefined}
            onChange={(change) =>
              onChange(change.target.checked ? [...chosen, scope.id] : chosen.filter((other) => other !== scope.id))
            }
          />
          <span>
            {scope.name}
            <span className="hint block">{scope.reaches}</span>
          </span>
        </label>
      ))}
      {faults.length > 0 && (
        <p className="wrong" id={`${id}-errors`}>
          {faults.join(" ")}
        </p>
      )}
    </fieldset>
  );
}
