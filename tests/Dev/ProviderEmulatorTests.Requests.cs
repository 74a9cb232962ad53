using System.Net;
using System.Text.Json.Nodes;

namespace MyCoach.Tests.Dev;

/// <summary>The emulator answers in the form that a request asks for, as the providers do.</summary>
public sealed partial class ProviderEmulatorTests
{
    private const string Schema =
        """{"type":"object","properties":{"city":{"type":"string"},"warm":{"type":"boolean"}},"required":["city","warm"],"additionalProperties":false}""";

    private const string Sample = """{"city":"emulated value","warm":true}""";

    [Theory]
    [InlineData("auto", "Hello", null)]
    [InlineData("auto", "Please use the tool", "first")]
    [InlineData("any", "Hello", "first")]
    [InlineData("none", "Please use the tool", null)]
    [InlineData("second", "Hello", "second")]
    public async Task The_tool_choice_decides_which_tool_is_called(string choice, string text, string? called)
    {
        var (anthropic, chat, responses) = (
            choice is "auto" or "any" or "none"
                ? $$"""{"type":"{{choice}}"}"""
                : $$"""{"type":"tool","name":"{{choice}}"}""",
            choice switch
            {
                "any" => "\"required\"",
                "auto" or "none" => $"\"{choice}\"",
                _ => $$"""{"type":"function","function":{"name":"{{choice}}"} }""",
            },
            choice switch
            {
                "any" => "\"required\"",
                "auto" or "none" => $"\"{choice}\"",
                _ => $$"""{"type":"function","name":"{{choice}}"}""",
            }
        );

        var message = await AskAnthropicAsync(
            $$"""
            {"model":"claude-haiku-5-5","max_tokens":50,"messages":[{"role":"user","content":"{{text}}"}],"tool_choice":{{anthropic}},
             "tools":[{"name":"first","input_schema":{{Schema}} },{"name":"second","input_schema":{{Schema}} }]}
            """
        );
        var completion = await AskOpenAiAsync(
            $$"""
            {"model":"gpt-6-luna","messages":[{"role":"user","content":"{{text}}"}],"tool_choice":{{chat}},
             "tools":[{"type":"function","function":{"name":"first","parameters":{{Schema}} } },{"type":"function","function":{"name":"second","parameters":{{Schema}} } }]}
            """
        );
        var response = await RespondAsync(
            $$"""
            {"model":"gpt-6-luna","input":"{{text}}","tool_choice":{{responses}},
             "tools":[{"type":"web_search"},{"type":"function","name":"first","parameters":{{Schema}} },{"type":"function","name":"second","parameters":{{Schema}} }]}
            """
        );

        Assert.Equal(called, (string?)message.Body["content"]![0]!["name"]);
        Assert.Equal(called is null ? null : Sample, message.Body["content"]![0]!["input"]?.ToJsonString());
        var call = completion.Body["choices"]![0]!["message"]!["tool_calls"]?[0]!["function"];
        Assert.Equal((called, called is null ? null : Sample), ((string?)call?["name"], (string?)call?["arguments"]));
        Assert.Equal(called, (string?)response["output"]![0]!["name"]);
    }

    [Fact]
    public async Task A_tool_that_is_named_and_not_brought_is_400()
    {
        var message = await AskAnthropicAsync(
            $$"""
            {"model":"claude-haiku-5-5","max_tokens":50,"messages":[{"role":"user","content":"Hello"}],
             "tools":[{"name":"first","input_schema":{{Schema}} }],"tool_choice":{"type":"tool","name":"third"} }
            """
        );
        var completion = await AskOpenAiAsync(
            """
            {"model":"gpt-6-luna","messages":[{"role":"user","content":"Hello"}],"tool_choice":{"type":"function","function":{"name":"third"}}}
            """
        );

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (message.Status, completion.Status));
        Assert.Contains("third", Text(message.Body, "error", "message"), StringComparison.Ordinal);
        Assert.Contains("third", Text(completion.Body, "error", "message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_requested_schema_is_kept()
    {
        var message = await AskAnthropicAsync(
            $$$"""
            {"model":"claude-haiku-5-5","max_tokens":50,"messages":[{"role":"user","content":"Hello"}],
             "output_config":{"format":{"type":"json_schema","schema":{{{Schema}}} } } }
            """
        );
        var completion = await AskOpenAiAsync(
            $$$"""
            {"model":"gpt-6-luna","messages":[{"role":"user","content":"Hello"}],
             "response_format":{"type":"json_schema","json_schema":{"name":"weather","schema":{{{Schema}}} } } }
            """
        );
        var response = await RespondAsync(
            $$$"""
            {"model":"gpt-6-luna","input":"Hello","text":{"format":{"type":"json_schema","name":"weather","schema":{{{Schema}}} } } }
            """
        );
        var whatever = await AskOpenAiAsync(
            """
            {"model":"gpt-6-luna","messages":[{"role":"user","content":"JSON please"}],"response_format":{"type":"json_object"}}
            """
        );

        Assert.Equal(Sample, (string?)message.Body["content"]![0]!["text"]);
        Assert.Equal(Sample, (string?)completion.Body["choices"]![0]!["message"]!["content"]);
        Assert.Equal(Sample, (string?)response["output"]![0]!["content"]![0]!["text"]);
        Assert.Contains(
            "JSON please",
            (string?)JsonNode.Parse((string)whatever.Body["choices"]![0]!["message"]!["content"]!)!["answer"],
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""{"type":"array","items":{"type":"integer","minimum":3},"minItems":2}""", "[3,3]")]
    [InlineData("""{"type":["null","string"],"format":"date"}""", "\"2026-01-01\"")]
    [InlineData("""{"anyOf":[{"type":"null"},{"const":"fixed"}]}""", "\"fixed\"")]
    [InlineData("""{"$ref":"#/$defs/kind","$defs":{"kind":{"enum":["one","two"]}}}""", "\"one\"")]
    [InlineData("""{"properties":{"x":{"type":"number"},"y":{"type":"null"}}}""", """{"x":1,"y":null}""")]
    public async Task A_sample_matches_its_schema(string schema, string sample)
    {
        var response = await RespondAsync(
            $$$"""{"model":"gpt-6-luna","input":"Hello","text":{"format":{"type":"json_schema","name":"any","schema":{{{schema}}} } } }"""
        );

        Assert.Equal(sample, (string?)response["output"]![0]!["content"]![0]!["text"]);
    }

    [Theory]
    [InlineData("claude-haiku-5-5", true)]
    [InlineData("claude-opus-4-8", true)]
    [InlineData("claude-next", false)]
    public async Task A_model_that_does_not_exist_is_404_unless_the_knob_allows_it(string model, bool exists)
    {
        var question = Question.Replace("claude-haiku-5-5", model, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await AskAnthropicAsync(question)).Status);

        emulator.Knobs.UnlistedModels = false;
        var (status, body) = await AskAnthropicAsync(question);

        Assert.Equal(exists ? HttpStatusCode.OK : HttpStatusCode.NotFound, status);
        Assert.Equal(exists ? null : $"model: {model}", (string?)body["error"]?["message"]);
        var (chat, chatBody) = await AskOpenAiAsync(
            ChatQuestion.Replace("gpt-6-luna", "gpt-next", StringComparison.Ordinal)
        );
        Assert.Equal((HttpStatusCode.NotFound, "model_not_found"), (chat, Text(chatBody, "error", "code")));
    }
}
