import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { agentsQuery, modelsQuery, tokensQuery } from "../../api/queries";
import { Field } from "../../ui/Field";
import { filterNames, type Filter, type FilterName } from "./asked";

const hints: Partial<Record<FilterName, string>> = {
  model: "Any name of a model: its id, an alias or a snapshot.",
  servedModel: "The exact name that the provider answered with.",
  metadata: "A key and a value, such as feature:search.",
};

// Suggests the values that MyCoach knows; any other can be typed.
export function AddFilter({ onAdd, onClose }: { onAdd: (filter: Filter) => void; onClose: () => void }) {
  const list = useId();
  const [name, setName] = useState<FilterName>("model");
  const [value, setValue] = useState("");
  const [errors, setErrors] = useState<string[]>([]);
  const values = useValues(name);
  const add = () => {
    const text = value.trim();
    if (name === "metadata" && !/^[A-Za-z]\w{0,31}:./.test(text)) setErrors(["Write a key, a colon and a value."]);
    else onAdd({ name, value: text });
  };
  return (
    <form
      className="row"
      aria-label="Add a filter"
      onSubmit={(submit) => {
        submit.preventDefault();
        add();
      }}
    >
      <Field label="Filter by">
        <select
          autoFocus
          value={name}
          onChange={(change) => {
            setName(change.target.value as FilterName);
            setValue("");
            setErrors([]);
          }}
        >
          {Object.entries(filterNames).map(([key, words]) => (
            <option key={key} value={key}>
              {words}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Value" hint={hints[name]} errors={errors}>
        <input list={list} value={value} onChange={(change) => setValue(change.target.value)} required />
      </Field>
      <datalist id={list}>
        {values.map(({ id, words }) => (
          <option key={id} value={id}>
            {words}
          </option>
        ))}
      </datalist>
      <div className="row actions">
        <button type="submit" className="primary">
          Add filter
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function useValues(name: FilterName): { id: string; words?: string }[] {
  const models = useQuery({ ...modelsQuery, enabled: name === "model" || name === "servedModel" });
  const agents = useQuery({ ...agentsQuery, enabled: name === "agentId" });
  const tokens = useQuery({ ...tokensQuery, enabled: name === "tokenId" });
  switch (name) {
    case "provider":
      return [{ id: "anthropic" }, { id: "openai" }];
    case "model":
    case "servedModel":
      return models.data?.models.map(({ id }) => ({ id })) ?? [];
    case "agentId":
      return agents.data?.agents.map((agent) => ({ id: agent.agentId, words: agent.name })) ?? [];
    case "tokenId":
      return tokens.data?.tokens.map((token) => ({ id: token.id, words: token.name })) ?? [];
    default:
      return [];
  }
}
