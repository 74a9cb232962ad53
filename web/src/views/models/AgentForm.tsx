import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { faultsOf } from "../../api/faults";
import { isStale } from "../../api/problem";
import { Field } from "../../ui/Field";
import { Form } from "../../ui/Form";
import type { Agent } from "./Agents";
import { ModelOptions } from "./ModelOptions";
import type { Model } from "./model";

type AgentFormProps = {
  // What the form begins with; null for a new agent.
  agent: Agent | null;
  // The ETag of what the viewer knows to be stored.
  tag: string | null;
  models: readonly Model[];
  onStale: () => void;
  onDone: (text: string | null) => void;
  onClose: () => void;
};

export function AgentForm({ agent, tag, models, onStale, onDone, onClose }: AgentFormProps) {
  const queries = useQueryClient();
  const [agentId, setAgentId] = useState(agent?.agentId ?? "");
  const [name, setName] = useState(agent?.name ?? "");
  const [model, setModel] = useState(agent?.preferredModel ?? "");
  const save = useMutation({
    mutationFn: () => {
      if (!agentId.trim()) throw new Error("Give the agent an id.");
      const header = agent ? { "If-Match": tag ?? undefined } : { "If-None-Match": "*" };
      const params = { path: { agentId: agentId.trim() }, header };
      return answer(
        api.PUT("/api/agents/{agentId}", { params, body: { name: name.trim(), preferredModel: model || null } }),
      );
    },
    onSuccess: (saved) => {
      onDone(`The agent ${saved.name} is ${agent ? "changed" : "created"}.`);
      void queries.invalidateQueries({ queryKey: ["agents"], exact: true });
      onClose();
    },
    onError: (error) => isStale(error) && onStale(),
  });
  const isTaken = agent === null && isStale(save.error);
  const isNameless = save.isError && agentId.trim() === "";
  const idFaults = isTaken
    ? ["You have an agent with this id already."]
    : isNameless
      ? ["Give the agent an id."]
      : faultsOf(save.error, "agentId");
  return (
    <Form
      action={save}
      act={agent ? "Save" : "Create agent"}
      acting="Saving…"
      fields={["agentId", "name", "preferredModel"]}
      isExplained={isNameless || isStale(save.error)}
      onCancel={onClose}
    >
      {agent === null && (
        <Field
          label="Agent id"
          hint="Calls name it in X-MyCoach-Agent. Letters, digits and . _ : - It cannot be changed later."
          errors={idFaults}
        >
          <input value={agentId} onChange={(change) => setAgentId(change.target.value)} autoComplete="off" />
        </Field>
      )}
      <Field label="Name" errors={faultsOf(save.error, "name")}>
        <input value={name} onChange={(change) => setName(change.target.value)} autoComplete="off" />
      </Field>
      <Field
        label="Preferred model"
        hint="What its calls get that name the model “default”."
        errors={faultsOf(save.error, "preferredModel")}
      >
        <select value={model} onChange={(change) => setModel(change.target.value)}>
          <option value="">The default model</option>
          <ModelOptions models={models} present={agent?.preferredModel ?? null} />
        </select>
      </Field>
    </Form>
  );
}
