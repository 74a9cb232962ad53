// Tool loops of the OpenAI Agents SDK, as docs/clients.md sets it up. Prints what happened in the last turn as a line of
// JSON.
import { Agent, run, setDefaultOpenAIClient, setTracingDisabled, tool } from "@openai/agents";
import OpenAI from "openai";

const [model, prompt, streams, turns = "1"] = process.argv.slice(2);
setDefaultOpenAIClient(new OpenAI({ baseURL: process.env.BASE_URL, apiKey: process.env.TOKEN, maxRetries: 0 }));
setTracingDisabled(true);
const weather = tool({
  name: "weather",
  description: "The weather of a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
  execute: async ({ city }) => `20 degrees in ${city}`,
});
const agent = new Agent({ name: "Coach", model, tools: [weather] });
let result;
for (let turn = 0; turn < Number(turns); turn++) {
  const history = result?.history ?? [];
  result = await run(agent, [...history, { role: "user", content: prompt }], { stream: streams === "true" });
  await result.completed;
}
const answers = result.rawResponses;
console.log(
  JSON.stringify({
    steps: answers.length,
    toolCalls: answers.flatMap((answer) => answer.output).filter((item) => item.type === "function_call").length,
    inputTokens: answers.reduce((sum, answer) => sum + answer.usage.inputTokens, 0),
    outputTokens: answers.reduce((sum, answer) => sum + answer.usage.outputTokens, 0),
    text: result.finalOutput,
  }),
);
