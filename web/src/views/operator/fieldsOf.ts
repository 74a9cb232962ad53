import { faultsOf } from "../../api/faults";
import { rateNames } from "./draft";

const ofModel = ["id", "provider", "aliases", "kind", "maxInputTokens", "maxOutputTokens", "retiresOn"];
const ofPrice = ["effectiveFrom", "source", "checkedOn", ...rateNames];

// The API names fields by their place in all corrections: this finds those of the form.
export function fieldsOf(error: unknown, model: number, price: number) {
  const paths = new Map([
    ...ofModel.map((name) => [name, `models[${model}].${name}`] as const),
    ...ofPrice.map((name) => [name, `models[${model}].prices[${price}].${name}`] as const),
  ]);
  return {
    paths: [...paths.values()],
    faults: (name: string) => faultsOf(error, paths.get(name) ?? name),
  };
}
