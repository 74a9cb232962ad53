import type { UsageReceipt } from "../../api/usage";
import { providerName } from "../../format/names";
import { Day } from "../../ui/Time";

// What is known of a day's use outside MyCoach: the bill says no more.
export function OutsideFacts({ use }: { use: UsageReceipt }) {
  return (
    <dl className="facts">
      <dt>Day (UTC)</dt>
      <dd>
        <Day date={use.createdAt.slice(0, 10)} />
      </dd>
      <dt>Provider</dt>
      <dd>{providerName(use.provider)}</dd>
      <dt>Id</dt>
      <dd>
        <code>{use.id}</code>
      </dd>
    </dl>
  );
}
