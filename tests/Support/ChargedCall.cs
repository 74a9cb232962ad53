using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator;

namespace MyCoach.Tests.Support;

/// <summary>A call through the gateway whose answer is given, and what is recorded of it.</summary>
public static class ChargedCall
{
    public const string Responses = "openai/v1/responses";
    public const string Chat = "openai/v1/chat/completions";
    public const string Messages = "anthropic/v1/messages";

    /// <summary>1,000 tokens of input and 100 of output.</summary>
    public const string OpenAiUsage = """
        "usage":{"input_tokens":1000,"input_tokens_details":{"cached_tokens":0},"output_tokens":100,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":1100}
        """;

    /// <summary>A whole response of OpenAI.</summary>
    /// <param name="more">More members, each followed by a comma.</param>
    public static string Response(string model, string output = "", string more = "") =>
        $$"""{"id":"resp_1","object":"response","status":"completed","error":null,"model":"{{model}}","output":[{{output}}],{{more}}{{OpenAiUsage}}}""";

    /// <summary>A stream of OpenAI that shows these items before it ends with this response.</summary>
    public static string ResponseStream(string response, params IEnumerable<string> items) =>
        Stream([
            """{"type":"response.created","response":{"id":"resp_1","output":[],"usage":null,"tool_usage":{"web_search":{"num_requests":0}}}}""",
            .. items.Select(item => $$"""{"type":"response.output_item.done","output_index":0,"item":{{item}}}"""),
            $$"""{"type":"response.completed","response":{{response}}}""",
        ]);

    public static string Stream(params IEnumerable<string> events) =>
        string.Concat(events.Select(json => $"data: {json}\n\n"));

    /// <summary>The receipt of the call that gets this answer.</summary>
    public static async Task<JsonNode> ReceiveAsync(GatewayUser user, string path, string body, string answer)
    {
        user.Emulator.Knobs.AnswerNext(
            PlannedAnswer.Of(
                Encoding.UTF8.GetBytes(answer),
                answer.StartsWith('{') ? "application/json" : "text/event-stream"
            )
        );
        using var received = await user.SendAsync(path, body);
        Assert.Equal(HttpStatusCode.OK, received.StatusCode);
        await received.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var id = received.Headers.GetValues("X-MyCoach-Usage-Id").Single();
        return (await user.Api.GetAsync($"/api/usage/{id}")).Is(HttpStatusCode.OK).Body!;
    }
}
