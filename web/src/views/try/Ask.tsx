import { useState } from "react";
import { Link } from "wouter";
import type { components } from "../../api/schema";
import { price } from "../../format/money";
import { providerName, providers, type ProviderId } from "../../format/names";
import { Card } from "../../ui/Card";
import { Field } from "../../ui/Field";
import { Notice } from "../../ui/Notice";
import { defaultModel as findDefault, type Model } from "./choices";
import type { Question } from "./providers";

type AskProps = {
  models: readonly Model[];
  agents: readonly components["schemas"]["AgentView"][];
  defaultModel: string | null;
  asking: boolean;
  onAsk: (provider: ProviderId, question: Question, agentId: string | null) => void;
  onStop: () => void;
};

// What to ask, and whom. Ctrl+Enter in the prompt asks too.
export function Ask({ models, agents, defaultModel, asking, onAsk, onStop }: AskProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [agentId, setAgentId] = useState("");
  const [prompt, setPrompt] = useState("");
  const [maxTokens, setMaxTokens] = useState("1024");
  const byDefault = findDefault(
    agents.find((agent) => agent.agentId === agentId),
    defaultModel,
    models,
  );
  const ofDefault = byDefault ? "default" : "";
  // A chosen model that is no longer usable is chosen anew, because another one costs something else.
  const isGone = chosen !== null && !models.some(({ id }) => id === chosen);
  const name = chosen === null || chosen === "default" ? ofDefault : isGone ? "" : chosen;
  const model = models.find(({ id }) => id === (name === "default" ? byDefault?.model : name));
  const provider = name === "default" ? byDefault?.provider : model?.provider;
  return (
    <Card title="Question">
      <form
        onSubmit={(submit) => {
          submit.preventDefault();
          if (!asking && provider)
            onAsk(provider, { model: name, prompt, maxTokens: Number(maxTokens) }, agentId || null);
        }}
      >
        {models.length === 0 && (
          <Notice tone="warn">
            No model is usable any more, because each needs a usable key of its provider.{" "}
            <Link href="/keys">Open Keys</Link> in another tab to keep what you have typed.
          </Notice>
        )}
        <Field label="Model" hint={model && priceOf(model)}>
          <select value={name} onChange={(change) => setChosen(change.target.value)} required>
            {name === "" && <option value="">Choose a model…</option>}
            {byDefault && <option value="default">default ({byDefault.model})</option>}
            {providers.map((id) => (
              <optgroup key={id} label={providerName(id)}>
                {models
                  .filter((known) => known.provider === id)
                  .map((known) => (
                    <option key={known.id} value={known.id}>
                      {known.id}
                    </option>
                  ))}
              </optgroup>
            ))}
          </select>
        </Field>
        <div className="pair">
          <Field label="Agent">
            <select value={agentId} onChange={(change) => setAgentId(change.target.value)}>
              <option value="">none</option>
              {agents.map((agent) => (
                <option key={agent.agentId} value={agent.agentId}>
                  {agent.name}
                </option>
              ))}
            </select>
          </Field>
          <Field label="Most tokens of the answer">
            <input
              type="number"
              min={16}
              max={model?.maxOutputTokens ?? undefined}
              value={maxTokens}
              onChange={(change) => setMaxTokens(change.target.value)}
              required
            />
          </Field>
        </div>
        <Field label="Prompt">
          <textarea
            rows={6}
            value={prompt}
            onChange={(change) => setPrompt(change.target.value)}
            onKeyDown={(key) => {
              if (key.key === "Enter" && (key.ctrlKey || key.metaKey)) key.currentTarget.form?.requestSubmit();
            }}
            required
          />
        </Field>
        <div className="row">
          <button type="submit" className="primary" aria-disabled={asking || undefined}>
            Send
          </button>
          {asking && (
            <button type="button" onClick={onStop}>
              Stop
            </button>
          )}
        </div>
      </form>
    </Card>
  );
}

function priceOf({ prices }: Model): string {
  return `${price(prices.inputPerMTok)} in, ${price(prices.outputPerMTok)} out per million tokens.`;
}
