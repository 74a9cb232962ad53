// What a program does with LangChain: text, a stream, a tool, a schema, an error. Prints it as a line of JSON.
import { ChatAnthropic } from "@langchain/anthropic";
import { ChatOpenAI } from "@langchain/openai";

const [provider, model] = process.argv.slice(2);
const chatOf = (name) =>
  provider === "anthropic"
    ? new ChatAnthropic({
        model: name,
        maxTokens: 50,
        apiKey: process.env.TOKEN,
        anthropicApiUrl: process.env.BASE_URL,
        maxRetries: 0,
      })
    : new ChatOpenAI({
        model: name,
        apiKey: process.env.TOKEN,
        configuration: { baseURL: process.env.BASE_URL },
        maxRetries: 0,
      });
const chat = chatOf(model);
const schema = {
  title: "weather",
  description: "The weather of a city",
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const tool = { type: "function", function: { name: "weather", description: "The weather", parameters: schema } };

const whole = await chat.invoke("Hello there");
let streamed = "";
for await (const chunk of await chat.stream("Hello there")) streamed += chunk.text;
const called = await chat.bindTools([tool], { tool_choice: "weather" }).invoke("Hello there");
const json = await chat.withStructuredOutput(schema).invoke("Hello there");
const refused = await chatOf(provider === "anthropic" ? "claude-next" : "gpt-next")
  .invoke("Hello there")
  .catch((error) => error);
const [call] = called.tool_calls;
console.log(
  JSON.stringify({
    texts: [whole.text, streamed],
    tool: [call.name, JSON.stringify(call.args)],
    json: JSON.stringify(json),
    refusal: [refused.status],
  }),
);
