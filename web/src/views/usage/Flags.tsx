import { isOutside, type UsageEvent } from "../../api/usage";
import { Badge } from "../../ui/Badge";

// What is special about a call's cost, in a word. The receipt explains it.
export function Flags({ call }: { call: UsageEvent }) {
  if (isOutside(call)) return <Badge>no call</Badge>;
  if (!call.priced) return <Badge tone="warn">no price</Badge>;
  if (call.overBound) return <Badge tone="bad">over its bound</Badge>;
  return call.estimated || call.priceEstimated ? <Badge>estimated</Badge> : null;
}
