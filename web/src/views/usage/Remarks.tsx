import { isOutside, type UsageReceipt } from "../../api/usage";
import { Badge } from "../../ui/Badge";

// The flags of a call in words.
export function Remarks({ call }: { call: UsageReceipt }) {
  const remarks = [
    isOutside(call) && {
      name: "no call",
      words: "What the provider billed for a day’s use of your key outside MyCoach. It changes with the bill.",
    },
    !call.priced && { name: "no price", words: "MyCoach knows no price of this model, so the call counts as $0." },
    call.estimated && {
      name: "estimated usage",
      words: "The provider did not state the tokens, because the call was stopped or broke off. They are estimated.",
    },
    call.priceEstimated && {
      name: "estimated price",
      words: "Part of the price is not confirmed by the provider, or assumed so that the cost is not too low.",
    },
    call.overBound && { name: "over its bound", words: "The call cost more than the budget had held for it." },
  ].filter((remark) => remark !== false);
  if (remarks.length === 0) return null;
  return (
    <ul className="remarks">
      {remarks.map(({ name, words }) => (
        <li key={name}>
          <Badge tone="warn">{name}</Badge> {words}
        </li>
      ))}
    </ul>
  );
}
