using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Support.ChargedCall;

namespace MyCoach.Tests.Usage;

/// <summary>A posted call costs what the same call costs through the gateway.</summary>
public sealed class PostedTermsTests(SharedGatewayUser shared) : IClassFixture<SharedGatewayUser>
{
    private const string Search = """{"type":"web_search_call","action":{"type":"search"}}""";
    private const string Ran = """{"type":"code_interpreter_call","container_id":"cntr_1"}""";
    private const string Image =
        """{"type":"image_generation_call","status":"completed","quality":"medium","size":"1024x1536"}""";

    // The request's members after the model; the answer; what is posted besides model and tokens.
    public static TheoryData<string, string, string, string> OpenAiCalls =>
        new()
        {
            { "gpt-5.5", "", Response("gpt-5.5"), "{}" },
            { "gpt-5.5", "", Response("gpt-5.5", more: "\"service_tier\":\"flex\","), """{"serviceTier":"flex"}""" },
            { "gpt-5.5", "", Response("gpt-5.5", more: "\"service_tier\":\"fast\","), """{"serviceTier":"fast"}""" },
            {
                "gpt-4.1",
                ""","tools":[{"type":"web_search"}]""",
                Response("gpt-4.1", $"{Search},{Search}"),
                """{"webSearches":2}"""
            },
            {
                "gpt-4.1",
                ""","tools":[{"type":"web_search_preview"}]""",
                Response("gpt-4.1", Search),
                """{"webSearchPreviews":1}"""
            },
            {
                "gpt-5.5",
                "",
                Response("gpt-5.5", $$"""{"type":"file_search_call"},{{Ran}}"""),
                """{"fileSearches":1,"codeInterpreterSessions":1}"""
            },
            {
                "gpt-5.5",
                ""","tools":[{"type":"image_generation","model":"gpt-image-1-mini"}]""",
                Response("gpt-5.5", $"{Image},{Image}"),
                """{"images":2,"imageModel":"gpt-image-1-mini","imageQuality":"medium","imageSize":"1024x1536"}"""
            },
            {
                "gpt-5.5",
                ""","tools":[{"type":"image_generation"}]""",
                Response("gpt-5.5", """{"type":"image_generation_call"}"""),
                """{"images":1}"""
            },
            {
                "gpt-5.5",
                "",
                Response(
                    "gpt-5.5",
                    Image,
                    """ "tool_usage":{"image_gen":{"input_tokens":300,"input_tokens_details":{"text_tokens":100,"image_tokens":200},"output_tokens":1056}},"""
                ),
                """{"images":1,"imageTextInputTokens":100,"imageInputTokens":200,"imageOutputTokens":1056}"""
            },
            {
                "gpt-6.1-terra",
                ""","prompt_cache_options":{"ttl":"12h"}""",
                Response("gpt-6.1-terra")
                    .Replace("\"cached_tokens\":0", "\"cache_write_tokens\":600", StringComparison.Ordinal),
                """{"cacheWriteTokens":600,"cacheWrite12hTokens":600}"""
            },
            {
                "gpt-6.1-terra",
                "",
                Response("gpt-6.1-terra")
                    .Replace("\"cached_tokens\":0", "\"cache_write_tokens\":600", StringComparison.Ordinal),
                """{"cacheWriteTokens":600}"""
            },
        };

    [Theory]
    [MemberData(nameof(OpenAiCalls))]
    public async Task A_posted_call_of_OpenAI_costs_what_the_gateway_charges(
        string model,
        string request,
        string answer,
        string posted
    ) =>
        await CostsTheSameAsync(
            await ReceiveAsync(shared.User, Responses, $$"""{"model":"{{model}}","input":"Hi"{{request}}}""", answer),
            posted
        );

    [Theory]
    [InlineData(
        """ "cache_creation_input_tokens":500,"cache_creation":{"ephemeral_1h_input_tokens":200}""",
        """{"cacheWriteTokens":500,"cacheWrite1hTokens":200}"""
    )]
    [InlineData(""" "speed":"fast","inference_geo":"us" """, """{"speed":"fast","geography":"us"}""")]
    [InlineData(""" "service_tier":"priority" """, """{"serviceTier":"priority"}""")]
    [InlineData(""" "server_tool_use":{"web_search_requests":4}""", """{"webSearches":4}""")]
    public async Task A_posted_call_of_Anthropic_costs_what_the_gateway_charges(string usage, string posted) =>
        await CostsTheSameAsync(
            await ReceiveAsync(
                shared.User,
                Messages,
                """{"model":"claude-opus-5-5","max_tokens":100,"messages":[]}""",
                $$$"""{"type":"message","model":"claude-opus-5-5","content":[],"stop_reason":"end_turn","usage":{"input_tokens":1000,"output_tokens":100,{{{usage}}}}}"""
            ),
            posted
        );

    [Theory]
    [InlineData("gpt-5.5", 1.1)]
    [InlineData("gpt-5.2", 1)]
    public async Task A_posted_region_costs_more_for_newer_models(string model, decimal times)
    {
        var body = """{"provider":"openai","inputTokens":1000,"outputTokens":0}""";
        var (here, there) = (JsonNode.Parse(body)!, JsonNode.Parse(body)!);
        (here["model"], there["model"]) = (model, model);
        there["geography"] = "eu";
        Assert.Equal(times * await PostedAsync(here), await PostedAsync(there));
    }

    [Fact]
    public async Task Most_images_at_once_cost_what_they_cost_apiece()
    {
        var post = JsonNode.Parse(
            """{"provider":"openai","model":"gpt-5.5","inputTokens":0,"outputTokens":0,"images":10000000,"imageQuality":"low","imageSize":"1024x1024"}"""
        )!;
        Assert.Equal(108_800m, await PostedAsync(post));
    }

    private async Task<decimal> PostedAsync(JsonNode post) =>
        (decimal)(await shared.User.Api.PostAsync("/api/usage", post)).Is(HttpStatusCode.Created)["costUsd"]!;

    private async Task CostsTheSameAsync(JsonNode metered, string more)
    {
        var post = JsonNode.Parse(more)!.AsObject();
        foreach (var member in new[] { "provider", "model", "inputTokens", "outputTokens", "cachedInputTokens" })
        {
            post[member] = metered[member]!.DeepClone();
        }
        var posted = (await shared.User.Api.PostAsync("/api/usage", post)).Is(HttpStatusCode.Created).Body!;
        var receipt = (await shared.User.Api.GetAsync($"/api/usage/{posted["id"]}")).Is(HttpStatusCode.OK)["receipt"]!;
        Assert.Equal(metered["receipt"]!.ToJsonString(), receipt.ToJsonString());
        Assert.Equal((decimal)metered["costUsd"]!, (decimal)posted["costUsd"]!);
        Assert.Equal((bool)metered["priceEstimated"]!, (bool)posted["priceEstimated"]!);
    }
}
