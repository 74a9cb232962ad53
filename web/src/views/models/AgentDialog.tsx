import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answerWithTag, api } from "../../api/client";
import { Dialog } from "../../ui/Dialog";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { AgentForm } from "./AgentForm";
import type { Model } from "./model";

const agentQuery = (agentId: string) =>
  queryOptions({
    queryKey: ["agents", agentId],
    queryFn: ({ signal }) => answerWithTag(api.GET("/api/agents/{agentId}", { params: { path: { agentId } }, signal })),
    staleTime: 0,
    gcTime: 0,
    // A form that is being filled in must not change by itself.
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
export function AgentDialog({ id, models, onDone, onClose }: AgentDialogProps) {
  const agent = useQuery({ ...agentQuery(id ?? ""), enabled: id !== null });
  const [isStale, setStale] = useState(false);
  const reload = () => {
    setStale(true);
    void agent.refetch();
  };
  if (id === null) {
    return (
      <Dialog title="New agent" onClose={onClose}>
        <AgentForm agent={null} tag={null} models={models} onStale={() => {}} onDone={onDone} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title="Change agent" onClose={onClose}>
      <Loaded query={agent}>
        {({ body, tag }) => (
          <>
            {isStale && (
              <Notice tone="warn">The agent has changed since you opened it. These are its values now.</Notice>
            )}
            <AgentForm
              key={tag}
              agent={body}
              tag={tag}
              models={models}
              onStale={reload}
              onDone={onDone}
              onClose={onClose}
            />
          </>
        )}
      </Loaded>
    </Dialog>
  );
}
