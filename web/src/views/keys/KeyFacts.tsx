import { useQuery } from "@tanstack/react-query";
import { Time } from "../../ui/Time";
import { lastCallQuery } from "./queries";
import type { ProviderKey } from "./status";

export function KeyFacts({ stored }: { stored: ProviderKey }) {
  const last = useQuery(lastCallQuery(stored.provider));
  return (
    <dl className="facts">
      <dt>Ends in</dt>
      <dd>
        <code>{stored.maskedKey}</code>
      </dd>
      {stored.keyId && (
        <>
          <dt>Id</dt>
          <dd>
            <code>{stored.keyId}</code>
          </dd>
        </>
      )}
      <dt>Added</dt>
      <dd>
        <Time at={stored.createdAt} />
      </dd>
      {stored.updatedAt !== stored.createdAt && (
        <>
          <dt>Last changed</dt>
          <dd>
            <Time at={stored.updatedAt} />
          </dd>
        </>
      )}
      <dt>Last checked</dt>
      <dd>{stored.lastValidatedAt ? <Time at={stored.lastValidatedAt} /> : "never"}</dd>
      <dt>Last call</dt>
      <dd>
        {last.data?.at ? (
          <Time at={last.data.at} />
        ) : last.data ? (
          last.data.isSure ? (
            "none this month"
          ) : (
            "none of the latest 50 events"
          )
        ) : last.isError ? (
          "unknown"
        ) : (
          "…"
        )}
      </dd>
      {stored.organization && (
        <>
          <dt>Organization</dt>
          <dd>
            <code>{stored.organization}</code>
          </dd>
        </>
      )}
      {stored.project && (
        <>
          <dt>Project</dt>
          <dd>
            <code>{stored.project}</code>
          </dd>
        </>
      )}
      {stored.region && (
        <>
          <dt>Region</dt>
          <dd>
            <code>{stored.region}</code>
          </dd>
        </>
      )}
    </dl>
  );
}
