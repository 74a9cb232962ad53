import { Link } from "wouter";
import { providerName } from "../../format/names";
import { Badge } from "../../ui/Badge";
import { Day } from "../../ui/Time";
import { isRetired, type Model } from "./model";

// Whether the viewer can use the model, and if not, why.
export function State({ model, isDefault }: { model: Model; isDefault: boolean }) {
  return (
    <span className="row">
      {isDefault && <Badge>Default</Badge>}
      {isRetired(model) ? (
        <Badge tone="bad">Retired</Badge>
      ) : model.usable ? (
        <Badge tone="good">Usable</Badge>
      ) : (
        <Link href="/keys">No {providerName(model.provider)} key</Link>
      )}
      {!model.confirmed && <span className="small soft">price not confirmed</span>}
      {model.retiresOn !== null && (
        <span className="small soft">
          {isRetired(model) ? "since" : "retires"} <Day date={model.retiresOn} />
        </span>
      )}
    </span>
  );
}
