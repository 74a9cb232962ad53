// What a program does with Anthropic's SDK: text, a stream, a tool, a schema, an error. Prints it as a line of JSON.
import Anthropic from "@anthropic-ai/sdk";

const [model] = process.argv.slice(2);
const anthropic = new Anthropic({ baseURL: process.env.BASE_URL, apiKey: process.env.TOKEN, maxRetries: 0 });
const call = { model, max_tokens: 50, messages: [{ role: "user", content: "Hello there" }] };
const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

const whole = await anthropic.messages.create(call);
const streamed = await anthropic.messages.stream(call).finalText();
const tools = [{ name: "weather", input_schema: schema }];
const called = await anthropic.messages.create({ ...call, tools, tool_choice: { type: "any" } });
const format = { type: "json_schema", schema };
const parsed = await anthropic.messages.create({ ...call, output_config: { format } });
const refused = await anthropic.messages.create({ ...call, model: "claude-next" }).catch((error) => error);
const [tool] = called.content;
console.log(
  JSON.stringify({
    texts: [whole.content[0].text, streamed],
    tool: [tool.name, JSON.stringify(tool.input)],
    json: parsed.content[0].text,
    refusal: [refused.status, refused.error?.error?.type],
  }),
);
