import type { components } from "../../api/schema";
import { exampleModel } from "./exampleModel";
import type { NewToken } from "./scopes";

type Model = components["schemas"]["ModelView"];
export type Snippet = { client: string; note?: string; lines: string };

// The lines for each client, with this page's own address.
export function snippetsOf(token: NewToken, models: readonly Model[]): Snippet[] {
  const snippets: (Snippet | undefined)[] = [];
  if (token.scopes.includes("gateway")) {
    const [claudeCode, ...anthropic] = anthropicSnippets(token, exampleModel("anthropic", token, models));
    const [codex, ...openai] = openAiSnippets(token, exampleModel("openai", token, models));
    snippets.push(claudeCode, codex, ...anthropic, ...openai);
  }
  if (token.scopes.includes("usage:read")) {
    const address = `${location.origin}/api/usage/summary?groupBy=day`;
    snippets.push({ client: "curl: usage", lines: `curl '${address}' -H 'Authorization: Bearer ${token.token}'` });
  }
  return snippets.filter((snippet) => snippet !== undefined);
}

function anthropicSnippets({ token, models }: NewToken, model: string | undefined): Snippet[] {
  if (!model) return [];
  const base = `${location.origin}/api/gateway/anthropic`;
  return [
    {
      client: "Claude Code",
      lines: `export ANTHROPIC_BASE_URL=${base}
export ANTHROPIC_AUTH_TOKEN=${token}
claude${models.length > 0 ? ` --model ${model}` : ""}`,
    },
    {
      client: "Anthropic SDK for Python",
      lines: `from anthropic import Anthropic

anthropic = Anthropic(base_url="${base}", api_key="${token}")
message = anthropic.messages.create(
    model="${model}",
    max_tokens=100,
    messages=[{"role": "user", "content": "Hello"}],
)
print(message.content[0].text)`,
    },
    {
      client: "Anthropic SDK for JavaScript",
      lines: `import Anthropic from "@anthropic-ai/sdk";

const anthropic = new Anthropic({
  baseURL: "${base}",
  apiKey: "${token}",
});
const message = await anthropic.messages.create({
  model: "${model}",
  max_tokens: 100,
  messages: [{ role: "user", content: "Hello" }],
});
console.log(message.content[0].text);`,
    },
    {
      client: "curl: Anthropic",
      lines: `curl ${base}/v1/messages \\
  -H 'Authorization: Bearer ${token}' \\
  -H 'Content-Type: application/json' \\
  -d '{"model":"${model}","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}'`,
    },
  ];
}

function openAiSnippets({ token, models }: NewToken, model: string | undefined): Snippet[] {
  if (!model) return [];
  const base = `${location.origin}/api/gateway/openai/v1`;
  const provider = `{ name = "MyCoach", base_url = "${base}", env_key = "MYCOACH_TOKEN", wire_api = "responses" }`;
  return [
    {
      client: "Codex CLI",
      note: "The lines above the empty one go into ~/.codex/config.toml, those below it into a shell.",
      lines: `${models.length > 0 ? `model = "${model}"\n` : ""}model_provider = "mycoach"
model_providers.mycoach = ${provider}

export MYCOACH_TOKEN=${token}
codex`,
    },
    {
      client: "OpenAI SDK for Python",
      lines: `from openai import OpenAI

openai = OpenAI(base_url="${base}", api_key="${token}")
chat = openai.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(chat.choices[0].message.content)`,
    },
    {
      client: "OpenAI SDK for JavaScript",
      lines: `import OpenAI from "openai";

const openai = new OpenAI({
  baseURL: "${base}",
  apiKey: "${token}",
});
const chat = await openai.chat.completions.create({
  model: "${model}",
  messages: [{ role: "user", content: "Hello" }],
});
console.log(chat.choices[0].message.content);`,
    },
    {
      client: "curl: OpenAI",
      lines: `curl ${base}/chat/completions \\
  -H 'Authorization: Bearer ${token}' \\
  -H 'Content-Type: application/json' \\
  -d '{"model":"${model}","messages":[{"role":"user","content":"Hello"}]}'`,
    },
  ];
}
