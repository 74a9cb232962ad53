import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { faultsOf } from "../../api/faults";
import { modelsQuery } from "../../api/queries";
import { count } from "../../format/count";
import { providerName } from "../../format/names";
import { Loaded } from "../../ui/Loaded";

// Null allows all models.
type ModelsFieldProps = { models: string[] | null; error: unknown; onChange: (models: string[] | null) => void };

export function ModelsField({ models, error, onChange }: ModelsFieldProps) {
  const id = useId();
  const list = useQuery(modelsQuery);
  const [search, setSearch] = useState("");
  const faults = faultsOf(error, "models");
  const chosen = models ?? [];
  const toggle = (model: string) =>
    onChange(chosen.includes(model) ? chosen.filter((other) => other !== model) : [...chosen, model]);
  return (
    <fieldset className="models" aria-describedby={faults.length > 0 ? `${id}-errors` : undefined}>
      <legend>Models</legend>
      <label className="check">
        <input type="radio" name={id} checked={models === null} onChange={() => onChange(null)} />
        All models
      </label>
      <label className="check">
        <input type="radio" name={id} checked={models !== null} onChange={() => onChange(chosen)} />
        Only these{models !== null && `: ${count(chosen.length)} chosen`}
      </label>
      {models !== null && (
        <Loaded query={list}>
          {(all) => (
            <>
              <input
                type="search"
                aria-label="Search models"
                placeholder="Search models"
                value={search}
                aria-invalid={faults.length > 0 || undefined}
                onChange={(change) => setSearch(change.target.value)}
              />
              <div className="choices" role="group" aria-label="Allowed models">
                {all.models
                  .filter((model) => chosen.includes(model.id) || model.id.includes(search.trim().toLowerCase()))
                  .map((model) => (
                    <label className="check" key={model.id}>
                      <input type="checkbox" checked={chosen.includes(model.id)} onChange={() => toggle(model.id)} />
                      <span>
                        {model.id} <span className="soft">{providerName(model.provider)}</span>
                      </span>
                    </label>
                  ))}
              </div>
            </>
          )}
        </Loaded>
      )}
      {faults.length > 0 && (
        <p className="wrong" id={`${id}-errors`}>
          {faults.join(" ")}
        </p>
      )}
    </fieldset>
  );
}
