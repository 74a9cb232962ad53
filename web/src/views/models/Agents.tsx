import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";
import { Card } from "../../ui/Card";
import { Confirm } from "../../ui/Confirm";
import { Empty } from "../../ui/Empty";
import { AgentDialog } from "./AgentDialog";
import { AgentTable } from "./AgentTable";
import type { Model } from "./model";

export type Agent = components["schemas"]["AgentView"];

type AgentsProps = { agents: readonly Agent[]; models: readonly Model[]; onDone: (text: string | null) => void };

export function Agents({ agents, models, onDone }: AgentsProps) {
  const queries = useQueryClient();
  const [open, setOpen] = useState<{ act: "create" } | { act: "change" | "delete"; agent: Agent } | null>(null);
  const close = () => setOpen(null);
  const remove = async (agent: Agent) => {
    await answer(api.DELETE("/api/agents/{agentId}", { params: { path: { agentId: agent.agentId } } }));
    onDone(`The agent ${agent.name} is deleted. Its recorded usage stays.`);
    await queries.invalidateQueries({ queryKey: ["agents"], exact: true });
  };
  return (
    <Card
      title="Agents"
      actions={
        <button type="button" className="primary" onClick={() => setOpen({ act: "create" })}>
          New agent
        </button>
      }
    >
      {agents.length === 0 ? (
        <Empty>
          <p>
            You have no agents. An agent is a part of your application that calls models: it has a model of its own, and
            usage shows what it costs.
          </p>
        </Empty>
      ) : (
        <AgentTable agents={agents} onOpen={(act, agent) => setOpen({ act, agent })} />
      )}
      {open?.act === "create" && <AgentDialog id={null} models={models} onDone={onDone} onClose={close} />}
      {open?.act === "change" && (
        <AgentDialog id={open.agent.agentId} models={models} onDone={onDone} onClose={close} />
      )}
      {open?.act === "delete" && (
        <Confirm
          title={`Delete ${open.agent.name}?`}
          act="Delete agent"
          onConfirm={() => remove(open.agent)}
          onClose={close}
        >
          <p>
            Calls that name the agent {open.agent.agentId}, and those of tokens that are bound to it, are refused from
            then on. Its recorded usage stays.
          </p>
        </Confirm>
      )}
    </Card>
  );
}
