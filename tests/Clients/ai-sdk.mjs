// Tool loops of the Vercel AI SDK, as docs/clients.md sets it up. Prints what happened in the last turn as a line of JSON.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";

const [provider, model, prompt, streams, turns = "1"] = process.argv.slice(2);
const settings = { baseURL: process.env.BASE_URL, apiKey: process.env.TOKEN };
const weather = tool({
  description: "The weather of a city",
  inputSchema: jsonSchema({ type: "object", properties: { city: { type: "string" } }, required: ["city"] }),
  execute: async ({ city }) => `20 degrees in ${city}`,
});
const messages = [];
let result;
for (let turn = 0; turn < Number(turns); turn++) {
  messages.push({ role: "user", content: prompt });
  const call = {
    model: (provider === "anthropic" ? createAnthropic(settings) : createOpenAI(settings))(model),
    messages: [...messages],
    tools: { weather },
    stopWhen: stepCountIs(5),
    maxRetries: 0,
  };
  result = streams === "true" ? streamText(call) : await generateText(call);
  messages.push(...(await result.response).messages);
}
const [steps, usage, text] = [await result.steps, await result.totalUsage, await result.text];
console.log(
  JSON.stringify({
    steps: steps.length,
    toolCalls: steps.flatMap((step) => step.toolCalls).length,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    text,
  }),
);
