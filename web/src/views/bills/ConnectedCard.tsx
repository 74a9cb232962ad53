import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { answer, api } from "../../api/client";
import { providerName } from "../../format/names";
import { day } from "../../format/time";
import { Badge } from "../../ui/Badge";
import { Card } from "../../ui/Card";
import { Failed } from "../../ui/Failed";
import { Notice } from "../../ui/Notice";
import { OrganisationFacts } from "./OrganisationFacts";
import { organisationQuery, readBillsAgain, type Connected, type Organisation } from "./queries";
import { canBeNamed } from "./words";

type ConnectedCardProps = {
  listed: Organisation;
  onOpen: (act: "replace" | "name" | "forget", connected: Connected) => void;
  onState: () => void;
  onDone: (text: string | null) => void;
  children: ReactNode;
};

export function ConnectedCard({ listed, onOpen, onState, onDone, children }: ConnectedCardProps) {
  const { provider } = listed;
  const queries = useQueryClient();
  const read = useQuery(organisationQuery(provider));
  const organisation = read.data?.body ?? listed;
  const connected = { organisation, tag: read.data?.tag ?? null };
  const name = providerName(provider);

  const sync = useMutation({
    mutationFn: () => answer(api.POST("/api/billing/{provider}/sync", { params: { path: { provider } } })),
    onMutate: () => onDone(null),
    onSuccess: ({ billing, isComplete }) => onDone(readInWords(name, billing, isComplete)),
    onSettled: () => readBillsAgain(queries),
  });

  return (
    <Card title={`${name} organisation`} actions={<State of={organisation} />}>
      {organisation.lastError && (
        <Notice tone="warn">
          The last reading failed: {organisation.lastError} MyCoach tries again in the next night.
        </Notice>
      )}
      <OrganisationFacts organisation={organisation} />
      <Failed error={sync.error} />
      <div className="row">
        <button
          type="button"
          onClick={() => sync.isPending || sync.mutate()}
          aria-disabled={sync.isPending || undefined}
          aria-label={`Read now the ${name} bill`}
        >
          {sync.isPending ? "Reading…" : "Read now"}
        </button>
        <button type="button" onClick={onState} aria-label={`Add a statement of ${name}`}>
          Add a statement
        </button>
        {canBeNamed(organisation) && (
          <button type="button" onClick={() => onOpen("name", connected)} aria-label={`Name your ${name} key`}>
            Name your key
          </button>
        )}
        <button type="button" onClick={() => onOpen("replace", connected)} aria-label={`Replace ${name} admin key`}>
          Replace
        </button>
        <button
          type="button"
          className="danger"
          onClick={() => onOpen("forget", connected)}
          aria-label={`Forget ${name} admin key`}
        >
          Forget
        </button>
        <span className="soft small" role="status">
          {sync.isPending && "This takes up to a minute."}
        </span>
      </div>
      {children}
    </Card>
  );
}

function State({ of: { lastError, readThrough } }: { of: Organisation }) {
  if (lastError) return <Badge tone="warn">Reading failed</Badge>;
  return readThrough ? <Badge tone="good">Connected</Badge> : <Badge>Not read yet</Badge>;
}

// The card itself says why a reading failed.
function readInWords(name: string, { lastError, readThrough }: Organisation, isComplete: boolean): string | null {
  if (lastError || !readThrough) return null;
  const read = `The ${name} bill is read through ${day(readThrough)}.`;
  return isComplete ? read : `${read} Some days are left: MyCoach continues in the next night, or read once more.`;
}
