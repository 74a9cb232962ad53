import type { components } from "../../api/schema";
import { counted } from "../../format/count";
import { Badge } from "../../ui/Badge";
import { Notice } from "../../ui/Notice";
import { Time } from "../../ui/Time";

export function Rotation({ rotation }: { rotation: components["schemas"]["RotationView"] }) {
  return (
    <>
      <h3>
        Last rotation{" "}
        {rotation.status === "running" ? <Badge tone="warn">Under way</Badge> : <Badge tone="good">Finished</Badge>}
      </h3>
      <dl className="facts">
        <dt>To</dt>
        <dd>
          <code>{rotation.dataKeyId}</code>
        </dd>
        <dt>Begun</dt>
        <dd>
          <Time at={rotation.startedAt} />
          {rotation.finishedAt && (
            <>
              , finished <Time at={rotation.finishedAt} />
            </>
          )}
        </dd>
        <dt>Encrypted again</dt>
        <dd>
          {counted(rotation.replaced, "provider key", "provider keys")}, in {counted(rotation.passes, "pass", "passes")}
        </dd>
      </dl>
      {rotation.failed > 0 && (
        <Notice tone="bad">
          {counted(rotation.failed, "provider key does", "provider keys do")} not decrypt: someone changed or moved
          rows. The log names them; their users must store the keys again.
        </Notice>
      )}
    </>
  );
}
