using System.Text.Json.Nodes;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Support.ChargedCall;

namespace MyCoach.Tests.Gateway;

/// <summary>
/// What OpenAI's tools cost. The tokens of gpt-5.5 cost 0.8 cents in each call, those of gpt-4.1 0.28 cents.
/// </summary>
public sealed class ToolChargeTests(SharedGatewayUser shared) : IClassFixture<SharedGatewayUser>
{
    private const string Searched = """{"type":"web_search_call","status":"completed","action":{"type":"search"}}""";
    private const string SearchedBefore = """{"type":"web_search_call","status":"completed"}""";
    private const string SearchedNull = """{"action":null,"type":"web_search_call"}""";
    private const string Opened =
        """{"type":"web_search_call","action":{"type":"open_page","url":"https://a.example"}}""";
    private const string OpenedFirst =
        """{"action":{"type":"open_page"},"status":"completed","type":"web_search_call"}""";
    private const string Found = """{"type":"web_search_call","action":{"type":"find_in_page","pattern":"x"}}""";
    private const string Clicked = """{"type":"computer_call","action":{"type":"open_page"}}""";
    private const string FileSearched = """{"type":"file_search_call","status":"completed"}""";
    private const string Ran = """{"type":"code_interpreter_call","container_id":"cntr_1"}""";

    // What the item says; what the answer adds; cents in addition to the tokens.
    public static TheoryData<string, string, decimal> Uses =>
        new()
        {
            { "", "", 0 },
            { Searched, "", 1 },
            { SearchedBefore, "", 1 },
            { SearchedNull, "", 1 },
            { $"{Searched},{Opened},{OpenedFirst},{Found},{Clicked}", "", 1 },
            { $"{Opened},{Found}", "", 0 },
            { $"{Searched},{Searched},{SearchedBefore}", "", 3 },
            { $"{Searched},{Opened}", Stated("web_search", 1), 1 },
            { $"{Searched},{Searched}", Stated("web_search", 1), 1 },
            { Searched, Stated("web_search", 3), 3 },
            { "", Stated("web_search", 2), 2 },
            { $"{FileSearched},{FileSearched}", "", 0.5m },
            { FileSearched, Stated("file_search", 4), 1 },
            { $"{Ran},{Ran}", "", 3 },
            { $"{Ran},{Ran}", Stated("code_interpreter", 2), 6 },
        };

    [Theory]
    [MemberData(nameof(Uses))]
    public async Task Each_use_is_charged_as_the_provider_counts_it(string output, string more, decimal cents)
    {
        var whole = Response("gpt-5.5", output, more);
        Assert.Equal(0.8m + cents, await CentsAsync("gpt-5.5", Tool("web_search"), whole));
        Assert.Equal(0.8m + cents, await CentsAsync("gpt-5.5", Tool("web_search"), ResponseStream(whole)));
        // The stream shows each item, and its end repeats them.
        var items = JsonNode.Parse($"[{output}]")!.AsArray().Select(item => item!.ToJsonString()).ToArray();
        Assert.Equal(0.8m + cents, await CentsAsync("gpt-5.5", Tool("web_search"), ResponseStream(whole, items)));
        // The end repeats some of them, or none.
        foreach (var left in new[] { items[..(items.Length / 2)], [] })
        {
            var shorter = Response("gpt-5.5", string.Join(',', left), more);
            Assert.Equal(0.8m + cents, await CentsAsync("gpt-5.5", Tool("web_search"), ResponseStream(shorter, items)));
        }
    }

    [Theory]
    [InlineData("gpt-4.1", "web_search", 1, false)]
    [InlineData("gpt-4o-mini", "web_search_2025_08_26", 1, false)]
    [InlineData("gpt-4.1", "web_search_preview", 2.5, false)]
    [InlineData("gpt-4o", "web_search_preview_2025_03_11", 2.5, false)]
    [InlineData("gpt-5.5", "web_search_preview", 1, false)]
    [InlineData("o3", "web_search_preview", 1, false)]
    [InlineData("gpt-4.1", "function", 2.5, true)]
    [InlineData("gpt-5.5", "function", 1, false)]
    public async Task The_price_of_a_search_depends_on_its_tool_and_the_model(
        string model,
        string tool,
        decimal cents,
        bool estimated
    )
    {
        var answer = Response(model, Searched);
        var requested = await ReceiptAsync(model, Tool(tool), answer);
        Assert.Equal((cents, estimated), SearchOf(requested));
        var stated = await ReceiptAsync(model, "", Response(model, Searched, $"{Tool(tool)[1..]},"));
        Assert.Equal((cents, estimated), SearchOf(stated));
    }

    [Fact]
    public async Task What_the_answer_declares_decides_over_the_request()
    {
        var answer = Response("gpt-4.1", Searched, $"{Tool("web_search_preview")[1..]},");
        Assert.Equal((2.5m, false), SearchOf(await ReceiptAsync("gpt-4.1", Tool("web_search"), answer)));
        const string Both = ""","tools":[{"type":"web_search"},{"type":"web_search_preview"}]""";
        Assert.Equal((2.5m, true), SearchOf(await ReceiptAsync("gpt-4.1", Both, Response("gpt-4.1", Searched))));
    }

    [Theory]
    [InlineData("gpt-4o-search-preview", 2.5)]
    [InlineData("gpt-4o-mini-search-preview-2025-03-11", 2.5)]
    [InlineData("gpt-5-search-api", 1)]
    public async Task A_search_model_searches_once_in_each_chat_completion(string model, decimal cents)
    {
        var receipt = await ReceiveAsync(
            shared.User,
            Chat,
            $$"""{"model":"{{model}}","web_search_options":{},"messages":[]}""",
            $$$"""{"model":"{{{model}}}","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5}}"""
        );
        Assert.Equal((cents, true), SearchOf(receipt));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_charged_for_what_it_showed()
    {
        var broken = Stream(
            """{"type":"response.created","response":{"output":[],"tool_usage":{"web_search":{"num_requests":0}}}}""",
            $$"""{"type":"response.output_item.added","item":{{Searched}}}""",
            $$"""{"type":"response.output_item.done","item":{{Searched}}}""",
            """{"type":"response.output_text.delta","delta":"word"}"""
        );
        Assert.Equal((1, false), SearchOf(await ReceiptAsync("gpt-5.5", Tool("web_search"), broken)));
    }

    [Theory]
    [InlineData("gpt-6.1-terra", "", "\"prompt_cache_options\":{\"ttl\":\"30m\"},", 0.125, "cacheWrite", false)]
    [InlineData("gpt-6.1-terra", ",\"prompt_cache_options\":{\"ttl\":\"12h\"}", "", 0.25, "cacheWrite12h", false)]
    [InlineData("gpt-6.1-terra", "", "\"prompt_cache_options\":{\"ttl\":\"12h\"},", 0.25, "cacheWrite12h", false)]
    [InlineData("gpt-6.2-sol", ",\"prompt_cache_options\":{\"ttl\":\"12h\"}", "", 0.5, "cacheWrite12h", false)]
    [InlineData("gpt-6-sol", ",\"prompt_cache_options\":{\"ttl\":\"12h\"}", "", 0.5, "cacheWrite12h", true)]
    public async Task Cache_writes_for_12_hours_have_their_own_price(
        string model,
        string request,
        string answer,
        decimal cents,
        string kind,
        bool estimated
    )
    {
        var whole = Response(model, more: answer)
            .Replace(
                "\"cached_tokens\":0",
                "\"cached_tokens\":0,\"cache_write_tokens\":1000",
                StringComparison.Ordinal
            );
        foreach (var text in new[] { whole, ResponseStream(whole) })
        {
            var receipt = await ReceiptAsync(model, request, text);
            var charge = receipt["receipt"]!["charges"]!.AsArray().Single(line => (string)line!["kind"]! != "output")!;
            Assert.Equal((kind, cents / 100), ((string)charge["kind"]!, (decimal)charge["costUsd"]!));
            Assert.Equal(estimated, (bool)receipt["priceEstimated"]!);
        }
    }

    private static string Stated(string tool, int uses) =>
        $$$""" "tool_usage":{"image_gen":{"input_tokens":0,"output_tokens":0},"{{{tool}}}":{"num_requests":{{{uses}}}}},""";

    private static string Tool(string type) => $$""","tools":[{"type":"{{type}}"}]""";

    private async Task<decimal> CentsAsync(string model, string request, string answer) =>
        100 * (decimal)(await ReceiptAsync(model, request, answer))["costUsd"]!;

    private Task<JsonNode> ReceiptAsync(string model, string request, string answer) =>
        ReceiveAsync(shared.User, Responses, $$"""{"model":"{{model}}","input":"Hi"{{request}}}""", answer);

    private static (decimal Cents, bool Estimated) SearchOf(JsonNode usage)
    {
        var charge = usage["receipt"]!["charges"]!
            .AsArray()
            .Single(line => ((string)line!["kind"]!).StartsWith("webSearch", StringComparison.Ordinal))!;
        Assert.Equal(1, (int)charge["uses"]!);
        return ((decimal)charge["centsPerUse"]!, (bool)usage["priceEstimated"]!);
    }
}
