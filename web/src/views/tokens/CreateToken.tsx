import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { agentsQuery } from "../../api/queries";
import { centsOf, isAmount, notDollars } from "../../format/dollars";
import { addDays, today } from "../../format/time";
import { Dialog } from "../../ui/Dialog";
import { DollarsField } from "../../ui/DollarsField";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import { ExpiryField } from "./ExpiryField";
import { ModelsField } from "./ModelsField";
import { ScopesField } from "./ScopesField";
import { expiresAtOf, type Expiry } from "./expiry";
import type { NewToken, Scope } from "./scopes";

type CreateTokenProps = { onMade: (token: NewToken) => void; onClose: () => void };

const fields = ["name", "scopes", "expiresAt", "models", "agentId", "conversationId", "monthlyBudgetCents"];

export function CreateToken({ onMade, onClose }: CreateTokenProps) {
  const queries = useQueryClient();
  const agents = useQuery(agentsQuery);
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["gateway"]);
  const [expiry, setExpiry] = useState<Expiry>({ choice: "90", day: addDays(today(), 90) });
  const [models, setModels] = useState<string[] | null>(null);
  const [budget, setBudget] = useState("");
  const [agentId, setAgentId] = useState("");
  const [conversationId, setConversationId] = useState("");
  const callsModels = scopes.includes("gateway");
  const isWrong = callsModels && !isAmount(budget);
  const create = useMutation({
    mutationFn: async () => {
      if (isWrong) throw new Error(notDollars);
      return answer(
        api.POST("/api/tokens", {
          body: {
            name: name.trim(),
            scopes,
            expiresAt: expiresAtOf(expiry, null),
            models,
            agentId: agentId || null,
            conversationId: conversationId.trim() || null,
            monthlyBudgetCents: callsModels ? centsOf(budget) : null,
          },
        }),
      );
    },
    onSuccess: (token) => {
      void queries.invalidateQueries({ queryKey: ["tokens"] });
      onMade(token);
    },
  });
  return (
    <Dialog title="New token" onClose={onClose}>
      <Form action={create} act="Make token" acting="Making…" fields={fields} isExplained={isWrong} onCancel={onClose}>
        <Field label="Name" hint="Such as the program that uses it." errors={faultsOf(create.error, "name")}>
          <input value={name} onChange={(change) => setName(change.target.value)} autoComplete="off" />
        </Field>
        <ScopesField chosen={scopes} error={create.error} onChange={setScopes} />
        <ExpiryField expiry={expiry} present={null} error={create.error} onChange={setExpiry} />
        {callsModels && (
          <DollarsField
            label="Budget per month, in US dollars"
            hint="What its calls of a month may cost, beside your own budget."
            placeholder="Only your own budget"
            text={budget}
            isWrong={create.isError && isWrong}
            faults={faultsOf(create.error, "monthlyBudgetCents")}
            onChange={setBudget}
          />
        )}
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
