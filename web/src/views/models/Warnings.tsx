import type { components } from "../../api/schema";
import { Notice } from "../../ui/Notice";
import { Day } from "../../ui/Time";

export function Warnings({ warnings }: { warnings: readonly components["schemas"]["ModelWarning"][] }) {
  return warnings.map((warning) => (
    <Notice key={warning.code} tone="warn">
      {warning.code === "model_retired" ? (
        <>
          {warning.model} has been retired by its provider since <Day date={warning.retiresOn} />. Choose another model.
        </>
      ) : (
        <>
          {warning.model} retires on <Day date={warning.retiresOn} />. Choose another model before that.
        </>
      )}
    </Notice>
  ));
}
