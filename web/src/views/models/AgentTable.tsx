import { providerName } from "../../format/names";
import { Badge } from "../../ui/Badge";
import { Table } from "../../ui/Table";
import { Day } from "../../ui/Time";
import type { Agent } from "./Agents";

type AgentTableProps = { agents: readonly Agent[]; onOpen: (act: "change" | "delete", agent: Agent) => void };

export function AgentTable({ agents, onOpen }: AgentTableProps) {
  return (
    <Table
      caption="Your agents"
      rows={agents}
      rowKey={(agent) => agent.agentId}
      columns={[
        {
          name: "Name",
          cell: (agent) => (
            <>
              {agent.name}
              <code className="block soft">{agent.agentId}</code>
            </>
          ),
        },
        { name: "Its calls get", cell: (agent) => <Effective agent={agent} /> },
        {
          name: "Actions",
          cell: (agent) => (
            <div className="actions">
              <button type="button" aria-label={`Change agent ${agent.name}`} onClick={() => onOpen("change", agent)}>
                Change
              </button>
              <button
                type="button"
                className="danger"
                aria-label={`Delete agent ${agent.name}`}
                onClick={() => onOpen("delete", agent)}
              >
                Delete
              </button>
            </div>
          ),
        },
      ]}
    />
  );
}

function Effective({ agent }: { agent: Agent }) {
  if (agent.effectiveModel === null) return <>no model, because there is no default model</>;
  return (
    <>
      {agent.effectiveModel}
      <span className="block soft small">
        {agent.effectiveProvider ? providerName(agent.effectiveProvider) : "a model that MyCoach does not know"}
        {agent.preferredModel === null && ", the default model"}
      </span>
      {agent.warnings.map((warning) => (
        <span className="block small" key={warning.code}>
          <Badge tone={warning.code === "model_retired" ? "bad" : "warn"}>
            {warning.code === "model_retired" ? "Retired since" : "Retires"} <Day date={warning.retiresOn} />
          </Badge>
        </span>
      ))}
    </>
  );
}
