import type { components } from "../../api/schema";
import { count } from "../../format/count";
import { Badge } from "../../ui/Badge";
import { Notice } from "../../ui/Notice";
import { Day, Time } from "../../ui/Time";

export type Job = components["schemas"]["RepricingView"];

const states = {
  running: { tone: "warn", label: "Under way" },
  finished: { tone: "good", label: "Finished" },
  stopped: { tone: "plain", label: "Stopped" },
} as const;

export function RepriceState({ job }: { job: Job }) {
  const state = states[job.status];
  return (
    <>
      <dl className="facts">
        <dt>Last order</dt>
        <dd>
          <Badge tone={state.tone}>{state.label}</Badge>{" "}
          {job.dryRun ? "only to see what would change" : "changes costs"}
        </dd>
        <dt>Calls</dt>
        <dd>
          since <Day date={job.from} /> of {job.models.length > 0 ? job.models.join(", ") : "all models"}, by version{" "}
          {count(job.priceVersion)}
        </dd>
        <dt>Given</dt>
        <dd>
          <Time at={job.startedAt} />
          {job.finishedAt && (
            <>
              , ended <Time at={job.finishedAt} />
            </>
          )}
        </dd>
        <dt>User-months done</dt>
        <dd>{count(job.months)}</dd>
      </dl>
      {job.status === "running" && (
        <p className="soft">
          The timer does the work, within five minutes and a part at a time. This refreshes itself.
        </p>
      )}
      {job.failedMonths > 0 && (
        <Notice tone="warn">
          {count(job.failedMonths)} of them failed. The timer tries each up to five times; the log says why.
        </Notice>
      )}
    </>
  );
}
