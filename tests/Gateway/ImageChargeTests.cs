using System.Text.Json.Nodes;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Support.ChargedCall;

namespace MyCoach.Tests.Gateway;

/// <summary>What images cost that OpenAI's tool makes. The tokens of gpt-5.5 cost 0.8 cents in each call.</summary>
public sealed class ImageChargeTests(SharedGatewayUser shared) : IClassFixture<SharedGatewayUser>
{
    // Details of the input and the output; cents: text in, images in, images out.
    [Theory]
    [InlineData(
        "gpt-image-1",
        """ "input_tokens":50,"output_tokens":272,"output_tokens_details":{"image_tokens":272}""",
        1.113
    )]
    [InlineData(
        "gpt-image-1",
        """ "input_tokens":50,"output_tokens":4160,"output_tokens_details":{"image_tokens":4160}""",
        16.665
    )]
    [InlineData("gpt-image-1", """ "output_tokens":7024,"output_tokens_details":{"image_tokens":7024}""", 28.096)]
    [InlineData("gpt-image-1", """ "output_tokens":1000""", 4)]
    [InlineData(
        "gpt-image-1",
        """ "input_tokens":300,"input_tokens_details":{"text_tokens":100,"image_tokens":200},"output_tokens":100""",
        0.65
    )]
    [InlineData("gpt-image-1", """ "input_tokens":300,"input_tokens_details":{"image_tokens":200}""", 0.25)]
    [InlineData("gpt-image-1", """ "input_tokens":300,"input_tokens_details":{"text_tokens":100}""", 0.25)]
    [InlineData(
        "gpt-image-1-mini",
        """ "input_tokens":300,"input_tokens_details":{"text_tokens":100,"image_tokens":200},"output_tokens":1000""",
        0.87
    )]
    public async Task Stated_tokens_cost_the_rates_of_the_image_model(string model, string tokens, decimal cents)
    {
        var more = $$$""" "tool_usage":{"image_gen":{{{{tokens}}}},"web_search":{"num_requests":0}},""";
        foreach (var output in new[] { "", Item("completed", "high", "1024x1536"), Item("completed", null, null) })
        {
            await CostsAsync(
                0.8m + cents,
                false,
                $$"""{"type":"image_generation","model":"{{model}}"}""",
                output,
                more
            );
        }
    }

    [Theory]
    [InlineData("low", "1024x1024", 1.088, false)]
    [InlineData("medium", "1024x1024", 4.224, false)]
    [InlineData("high", "1024x1024", 16.64, false)]
    [InlineData("low", "1024x1536", 1.632, false)]
    [InlineData("medium", "1536x1024", 6.272, false)]
    [InlineData("high", "1024x1536", 24.96, false)]
    [InlineData("auto", "1024x1024", 16.64, true)]
    [InlineData("low", "auto", 1.632, true)]
    [InlineData("auto", "auto", 24.96, true)]
    [InlineData("stunning", "4096x4096", 24.96, true)]
    public async Task Without_tokens_an_image_costs_by_its_quality_and_size(
        string quality,
        string size,
        decimal cents,
        bool estimated
    )
    {
        // The item says what was made, whatever the request asked for.
        const string Tool = """{"type":"image_generation","quality":"low","size":"1024x1024"}""";
        await CostsAsync(0.8m + cents, estimated, Tool, Item("completed", quality, size));
        // An item that does not say it was made as asked for.
        var asked = $$"""{"type":"image_generation","quality":"{{quality}}","size":"{{size}}"}""";
        await CostsAsync(0.8m + cents, estimated, asked, Item("completed", null, null));
        await CostsAsync(
            0.8m + cents,
            estimated,
            """{"type":"image_generation"}""",
            Item("completed", null, null),
            $"\"tools\":[{asked}],"
        );
    }

    [Fact]
    public async Task Each_image_counts_unless_it_failed()
    {
        const string Tool = """{"type":"image_generation"}""";
        var items = $"{Item("completed", "low", "1024x1024")},{Item("completed", "high", "1024x1024")}";
        await CostsAsync(0.8m + 1.088m + 16.64m, false, Tool, items);
        await CostsAsync(0.8m + 1.088m + 16.64m, false, Tool, $"{items},{Item("failed", "high", "1024x1024")}");
        await CostsAsync(0.8m, false, Tool, Item("failed", "high", "1024x1024"));
        await CostsAsync(0.8m, false, Tool, "");
        await CostsAsync(
            0.8m + 1.088m,
            false,
            Tool,
            Item("completed", "low", "1024x1024"),
            """ "tool_usage":{"image_gen":{"input_tokens":0,"output_tokens":0,"total_tokens":0}},"""
        );
    }

    [Theory]
    [InlineData("gpt-image-1-mini", 1.1, false)]
    [InlineData("gpt-image-1-mini-2025-10-06", 1.1, false)]
    [InlineData("gpt-image-9", 4.224, true)]
    public async Task The_image_model_sets_the_price(string model, decimal cents, bool estimated)
    {
        var named = $$"""{"type":"image_generation","model":"{{model}}"}""";
        await CostsAsync(0.8m + cents, estimated, named, Item("completed", "medium", "1024x1024"));
        await CostsAsync(
            0.8m + cents,
            estimated,
            """{"type":"image_generation","model":"gpt-image-1"}""",
            Item("completed", "medium", "1024x1024"),
            $"\"tools\":[{named}],"
        );
    }

    private static string Item(string status, string? quality, string? size)
    {
        var item = new JsonObject
        {
            ["type"] = "image_generation_call",
            ["status"] = status,
            ["result"] = "aGVsbG8=",
        };
        if (quality is not null)
        {
            item["quality"] = quality;
        }
        if (size is not null)
        {
            item["size"] = size;
        }
        return item.ToJsonString();
    }

    // As a whole, and as streams that end with or without the items that they show.
    private async Task CostsAsync(decimal cents, bool estimated, string tool, string output, string more = "")
    {
        var items = JsonNode.Parse($"[{output}]")!.AsArray().Select(item => item!.ToJsonString()).ToArray();
        string[] answers =
        [
            Response("gpt-5.5", output, more),
            ResponseStream(Response("gpt-5.5", output, more), items),
            ResponseStream(Response("gpt-5.5", "", more), items),
        ];
        foreach (var answer in answers)
        {
            var usage = await ReceiveAsync(
                shared.User,
                Responses,
                $$"""{"model":"gpt-5.5","input":"Hi","tools":[{{tool}}]}""",
                answer
            );
            Assert.Equal((cents / 100, estimated), ((decimal)usage["costUsd"]!, (bool)usage["priceEstimated"]!));
            Assert.Equal((1000, 100), ((int)usage["inputTokens"]!, (int)usage["outputTokens"]!));
        }
    }
}
