import { queryOptions, useQuery } from "@tanstack/react-query";
import { answerWithTag, api } from "../../api/client";
import { Dialog } from "../../ui/Dialog";
import { Loaded } from "../../ui/Loaded";
import { Meanwhile } from "../../ui/Meanwhile";
import { useStored } from "../../ui/useStored";
import { AgentForm } from "./AgentForm";
import type { Agent } from "./Agents";
import type { Model } from "./model";

const agentQuery = (agentId: string) =>
  queryOptions({
    queryKey: ["agents", agentId],
    queryFn: ({ signal }) => answerWithTag(api.GET("/api/agents/{agentId}", { params: { path: { agentId } }, signal })),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

type AgentDialogProps = {
  // Null for a new agent.
  id: string | null;
  models: readonly Model[];
  onDone: (text: string | null) => void;
  onClose: () => void;
};

// Reads the agent first, so that the change is of what is shown.
export function AgentDialog({ id, ...rest }: AgentDialogProps) {
  const agent = useQuery({ ...agentQuery(id ?? ""), enabled: id !== null });
  if (id === null) {
    return (
      <Dialog title="New agent" onClose={rest.onClose}>
        <AgentForm agent={null} tag={null} onStale={() => {}} {...rest} />
      </Dialog>
    );
  }
  return (
    <Dialog title="Change agent" onClose={rest.onClose}>
      <Loaded query={agent}>
        {(stored) => <Change stored={stored} onStale={() => void agent.refetch()} {...rest} />}
      </Loaded>
    </Dialog>
  );
}

type ChangeProps = Omit<AgentDialogProps, "id"> & { stored: { body: Agent; tag: string | null }; onStale: () => void };

function Change({ stored, ...rest }: ChangeProps) {
  const { began, hasChanged, key, load } = useStored(stored);
  return (
    <>
      {hasChanged && <Meanwhile thing="agent" changes={changesOf(began, stored.body)} onLoad={load} />}
      <AgentForm key={key} agent={began} tag={stored.tag} {...rest} />
    </>
  );
}

function changesOf(began: Agent, { name, preferredModel }: Agent): string[] {
  return [
    name !== began.name && `its name is ${name}`,
    preferredModel !== began.preferredModel && `its model is ${preferredModel ?? "the default model"}`,
  ].filter((words) => words !== false);
}
