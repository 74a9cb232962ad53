import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { agentsQuery } from "../../api/queries";
import { addDays, today } from "../../format/time";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { ExpiryField } from "./ExpiryField";
import { ModelsField } from "./ModelsField";
import { ScopesField } from "./ScopesField";
import { expiresAtOf, type Expiry } from "./expiry";
import type { NewToken, Scope } from "./scopes";

type CreateTokenProps = { onMade: (token: NewToken) => void; onClose: () => void };

const fields = ["name", "scopes", "expiresAt", "models", "agentId", "conversationId"];

export function CreateToken({ onMade, onClose }: CreateTokenProps) {
  const queries = useQueryClient();
  const agents = useQuery(agentsQuery);
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["gateway"]);
  const [expiry, setExpiry] = useState<Expiry>({ choice: "90", day: addDays(today(), 90) });
  const [models, setModels] = useState<string[] | null>(null);
  const [agentId, setAgentId] = useState("");
  const [conversationId, setConversationId] = useState("");
  const create = useMutation({
    mutationFn: () =>
      answer(
        api.POST("/api/tokens", {
          body: {
            name: name.trim(),
            scopes,
            expiresAt: expiresAtOf(expiry, null),
            models,
            agentId: agentId || null,
            conversationId: conversationId.trim() || null,
          },
        }),
      ),
    onSuccess: (token) => {
      void queries.invalidateQueries({ queryKey: ["tokens"] });
      onMade(token);
    },
  });
  const callsModels = scopes.includes("gateway");
  return (
    <Dialog title="New token" onClose={onClose}>
      <Form action={create} act="Make token" acting="Making…" fields={fields} onCancel={onClose}>
        <Field label="Name" hint="Such as the program that uses it." errors={faultsOf(create.error, "name")}>
          <input value={name} onChange={(change) => setName(change.target.value)} autoComplete="off" />
        </Field>
        <ScopesField chosen={scopes} error={create.error} onChange={setScopes} />
        <ExpiryField expiry={expiry} present={null} error={create.error} onChange={setExpiry} />
        {callsModels && <ModelsField models={models} error={create.error} onChange={setModels} />}
        {callsModels && (
          <details open={faultsOf(create.error, "conversationId").length > 0 || undefined}>
            <summary>Agent and conversation</summary>
            <div className="pair">
              <Field
                label="Agent"
                hint="All calls count for this agent. It cannot be changed later."
                errors={faultsOf(create.error, "agentId")}
              >
                <select value={agentId} onChange={(change) => setAgentId(change.target.value)}>
                  <option value="">As each call says</option>
                  {agents.data?.agents.map((agent) => (
                    <option key={agent.agentId} value={agent.agentId}>
                      {agent.name} ({agent.agentId})
                    </option>
                  ))}
                </select>
              </Field>
              <Field
                label="Conversation"
                hint="An id for all calls. It cannot be changed later."
                errors={faultsOf(create.error, "conversationId")}
              >
                <input
                  value={conversationId}
                  onChange={(change) => setConversationId(change.target.value)}
                  placeholder="As each call says"
                  autoComplete="off"
                />
              </Field>
            </div>
          </details>
        )}
      </Form>
    </Dialog>
  );
}
