// What a program does with OpenAI's SDK: text, a stream, a tool, a schema, an error. Prints it as a line of JSON.
import OpenAI from "openai";

const [model] = process.argv.slice(2);
const openai = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: process.env.TOKEN, maxRetries: 0 });
const messages = [{ role: "user", content: "Hello there" }];
const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

const whole = await openai.chat.completions.create({ model, messages });
let streamed = "";
const stream = await openai.chat.completions.create({ model, messages, stream: true });
for await (const chunk of stream) streamed += chunk.choices[0]?.delta.content ?? "";
const tools = [{ type: "function", function: { name: "weather", parameters: schema, strict: true } }];
const called = await openai.chat.completions.create({ model, messages, tools, tool_choice: "required" });
const parsed = await openai.chat.completions.parse({
  model,
  messages,
  response_format: { type: "json_schema", json_schema: { name: "weather", schema, strict: true } },
});
const response = await openai.responses.create({ model, input: "Hello there" });
const refused = await openai.chat.completions.create({ model: "gpt-next", messages }).catch((error) => error);
const { function: tool } = called.choices[0].message.tool_calls[0];
console.log(
  JSON.stringify({
    texts: [whole.choices[0].message.content, streamed, response.output_text],
    tool: [tool.name, tool.arguments],
    json: parsed.choices[0].message.content,
    refusal: [refused.status, refused.code],
  }),
);
