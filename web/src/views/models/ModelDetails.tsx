import { count } from "../../format/count";
import { providerName } from "../../format/names";
import { Dialog } from "../../ui/Dialog";
import { Notice } from "../../ui/Notice";
import { Day } from "../../ui/Time";
import { Rates } from "./Rates";
import { Source } from "./Source";
import type { Model } from "./model";

const limit = (tokens: number | null) => (tokens === null ? "unknown" : `${count(tokens)} tokens`);

export function ModelDetails({ model, onClose }: { model: Model; onClose: () => void }) {
  return (
    <Dialog title={model.id} wide onClose={onClose}>
      <div className="details">
        {!model.confirmed && (
          <Notice tone="warn">
            No page of the provider, nor two agreeing others, state these prices. Calls are marked as estimates.
          </Notice>
        )}
        <dl className="facts">
          <dt>Provider</dt>
          <dd>
            {providerName(model.provider)}, {model.kind}
          </dd>
          <dt>Context</dt>
          <dd>{limit(model.maxInputTokens)}</dd>
          <dt>Longest answer</dt>
          <dd>{limit(model.maxOutputTokens)}</dd>
          <dt>Other names</dt>
          <dd>{model.aliases.length > 0 ? model.aliases.join(", ") : "none"}</dd>
          <dt>Retires</dt>
          <dd>{model.retiresOn ? <Day date={model.retiresOn} /> : "no date is known"}</dd>
          <dt>Price since</dt>
          <dd>
            <Day date={model.effectiveFrom} />
            {model.effectiveUntil && (
              <>
                , confirmed until <Day date={model.effectiveUntil} />
              </>
            )}
          </dd>
          <dt>Source</dt>
          <dd>
            <Source source={model.source} />, compared on <Day date={model.checkedOn} />
          </dd>
        </dl>
        <Rates prices={model.prices} />
      </div>
    </Dialog>
  );
}
