import { providerName, providers } from "../../format/names";
import { isChoosable, type Model } from "./model";

// The models that may be chosen, and the present choice in its own spelling.
export function ModelOptions({ models, present }: { models: readonly Model[]; present: string | null }) {
  const choosable = models.filter(isChoosable);
  const isListed = present === null || choosable.some((model) => model.id === present);
  return (
    <>
      {!isListed && <option value={present}>{present}</option>}
      {providers.map((provider) => (
        <optgroup key={provider} label={providerName(provider)}>
          {choosable
            .filter((model) => model.provider === provider)
            .map((model) => (
              <option key={model.id} value={model.id}>
                {model.id}
                {model.usable ? "" : " (no key)"}
              </option>
            ))}
        </optgroup>
      ))}
    </>
  );
}
