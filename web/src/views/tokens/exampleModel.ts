import type { components } from "../../api/schema";
import type { ProviderId } from "../../format/names";
import { today } from "../../format/time";
import type { NewToken } from "./scopes";

type Model = components["schemas"]["ModelView"];

// A model for an example: one that the token allows, else the cheapest that its provider will still serve.
export function exampleModel(provider: ProviderId, token: NewToken, models: readonly Model[]): string | undefined {
  const served = models.filter(
    (model) => model.provider === provider && model.kind === "chat" && !(model.retiresOn && model.retiresOn <= today()),
  );
  if (token.models.length > 0) return served.find((model) => token.models.includes(model.id))?.id;
  const lasting = served.filter(
    (model) => model.retiresOn === null && model.confirmed && model.maxOutputTokens !== null,
  );
  return lasting.sort((a, b) => a.prices.outputPerMTok - b.prices.outputPerMTok)[0]?.id ?? served[0]?.id;
}
