using System.Text.Json.Nodes;
using MyCoach.Catalogue;
using MyCoach.Providers;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Support.ChargedCall;

namespace MyCoach.Tests.Gateway;

/// <summary>Anthropic charges nothing for a refusal before any output.</summary>
public sealed class RefusalChargeTests(SharedGatewayUser shared) : IClassFixture<SharedGatewayUser>
{
    // 20,000 tokens of input and 50,000 written to the cache: 82.5 cents for claude-fable-5-1, 41.25 for
    // claude-opus-4-8, 33 for claude-opus-5-5.
    private const string Input = """
        "input_tokens":20000,"cache_creation_input_tokens":50000,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":50000,"ephemeral_1h_input_tokens":0}
        """;
    private const string Fable = "claude-fable-5-1";
    private const string Opus = "claude-opus-4-8";
    private const string Text = """{"type":"text","text":"Hello"}""";

    private static readonly string FellBack =
        $$$"""{"type":"fallback","from":{"model":"{{{Fable}}}"},"to":{"model":"{{{Opus}}}"}}""";

    [Theory]
    [InlineData("refusal", "", 0, 0)]
    [InlineData("refusal", Text, 10, 82.55)]
    [InlineData("refusal", Text, 0, 82.5)]
    [InlineData("refusal", "", 10, 82.55)]
    [InlineData("end_turn", "", 0, 82.5)]
    [InlineData("end_turn", "", 3, 82.515)]
    public async Task Only_a_refusal_before_any_output_is_free(string reason, string content, int output, decimal cents)
    {
        var isFree = cents == 0;
        foreach (var answer in new[] { Whole(reason, content, output), Streamed(reason, content, output) })
        {
            var usage = await ReceiveAsync(shared.User, Messages, Ask(Fable), answer);
            Assert.Equal(cents / 100, (decimal)usage["costUsd"]!);
            Assert.Equal(
                (70_000, 50_000, output),
                ((int)usage["inputTokens"]!, (int)usage["cacheWriteTokens"]!, (int)usage["outputTokens"]!)
            );
            Assert.Equal((true, false), ((bool)usage["priced"]!, (bool)usage["estimated"]!));
            Assert.Equal(isFree ? ["refusal"] : [], Terms(usage));
            Assert.Equal(isFree, usage["receipt"]!["charges"]!.AsArray().Count == 0);
        }
    }

    // The iterations: model, type, output. What is charged, in cents.
    public static TheoryData<string[], string, decimal> Fallbacks =>
        new()
        {
            { [Iteration(Fable, "message", 0), Iteration(Opus, "fallback_message", 500)], "end_turn", 42.5m },
            { [Iteration(Fable, "message", 0), Iteration(Opus, "fallback", 500)], "end_turn", 42.5m },
            // After output, the first is charged too.
            { [Iteration(Fable, "message", 100), Iteration(Opus, "fallback_message", 500)], "end_turn", 83m + 42.5m },
            // The last refused after some output.
            { [Iteration(Fable, "message", 0), Iteration(Opus, "fallback_message", 10)], "refusal", 41.275m },
            // Two refused before the one that served.
            {
                [
                    Iteration("claude-fable-5", "message", 0),
                    Iteration(Fable, "fallback_message", 0),
                    Iteration(Opus, "fallback_message", 500),
                ],
                "end_turn",
                42.5m
            },
            // Another sampling without output that no fallback follows.
            { [Iteration(Fable, "message", 0), Iteration(Opus, "message", 500)], "end_turn", 82.5m + 42.5m },
        };

    [Theory]
    [MemberData(nameof(Fallbacks))]
    public async Task A_refused_iteration_is_free_and_the_one_that_served_is_charged(
        string[] iterations,
        string reason,
        decimal cents
    )
    {
        var output = (int)JsonNode.Parse(iterations[^1])!["output_tokens"]!;
        var more = $",\"iterations\":[{string.Join(',', iterations)}]";
        var whole = Whole(reason, $"{FellBack},{Text}", output, more, Opus);
        Assert.Equal(cents / 100, (decimal)(await ReceiveAsync(shared.User, Messages, Ask(Fable), whole))["costUsd"]!);
        // A stream begins as the model that was asked for.
        var usage = await ReceiveAsync(
            shared.User,
            Messages,
            Ask(Fable),
            Streamed(reason, $"{FellBack},{Text}", output, more)
        );
        Assert.Equal((cents / 100, Opus), ((decimal)usage["costUsd"]!, (string)usage["model"]!));
        Assert.Equal(70_000 * iterations.Length, (int)usage["inputTokens"]!);
    }

    [Fact]
    public async Task A_call_that_every_model_refused_is_free()
    {
        var more = $",\"iterations\":[{Iteration(Fable, "message", 0)},{Iteration(Opus, "fallback_message", 0)}]";
        string[] answers = [Whole("refusal", FellBack, 0, more, Opus), Streamed("refusal", FellBack, 0, more)];
        foreach (var answer in answers)
        {
            var usage = await ReceiveAsync(shared.User, Messages, Ask(Fable), answer);
            Assert.Equal((0m, 140_000), ((decimal)usage["costUsd"]!, (int)usage["inputTokens"]!));
            Assert.Equal(["refusal"], Terms(usage));
        }
    }

    [Theory]
    [InlineData("2026-06-01T23:59:59Z", 0.825)]
    [InlineData("2026-06-02T00:00:00Z", 0)]
    public async Task Until_June_2026_a_refusal_was_charged(string at, decimal usd)
    {
        var metered = await AnswerSample.JsonOf(AnswerSample.Messages, Whole("refusal", "", 0)).WholeAsync();
        var receipt = new Pricing(ModelCatalogue.Embedded).Price(
            Provider.Anthropic,
            Fable,
            metered.Call.Tokens,
            DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture),
            metered.Call.Terms
        )!;
        Assert.Equal(usd, receipt.Total.Usd);
    }

    [Fact]
    public async Task The_reservation_of_a_refused_call_is_released()
    {
        await shared.User.SetBudgetAsync(100_000);
        await ReceiveAsync(shared.User, Messages, Ask(Fable), Whole("refusal", "", 0));
        await Eventually.HoldsAsync(async () => (await shared.User.BudgetAsync()).Reserved == 0);
        await shared.User.SetBudgetAsync(null);
    }

    [Fact]
    public async Task The_newest_model_has_its_price()
    {
        const string Answer = """
            {"id":"m","type":"message","model":"claude-fable-5-2","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1000,"cache_read_input_tokens":1000,"cache_creation_input_tokens":3000,"cache_creation":{"ephemeral_1h_input_tokens":2000},"output_tokens":500}}
            """;
        var usage = await ReceiveAsync(shared.User, Messages, Ask("claude-fable-5-2"), Answer);
        Assert.Equal(0.008m + 0.0002m + 0.01m + 0.032m + 0.02m, (decimal)usage["costUsd"]!);
        // No page of the provider states it.
        Assert.True((bool)usage["priceEstimated"]!);
    }

    private static string[] Terms(JsonNode usage) =>
        [.. usage["receipt"]!["terms"]!.AsArray().Select(term => (string)term!)];

    private static string Ask(string model) =>
        $$"""{"model":"{{model}}","max_tokens":100,"messages":[{"role":"user","content":"Hi"}]}""";

    private static string Iteration(string model, string type, int output) =>
        $$"""{"type":"{{type}}","model":"{{model}}",{{Input}},"output_tokens":{{output}}}""";

    private static string Whole(string reason, string content, int output, string more = "", string model = Fable) =>
        $$$"""{"id":"m","type":"message","role":"assistant","model":"{{{model}}}","content":[{{{content}}}],"stop_reason":"{{{reason}}}","usage":{{{{Input}}},"output_tokens":{{{output}}},"service_tier":"standard"{{{more}}}}}""";

    private static string Streamed(string reason, string content, int output, string more = "")
    {
        var blocks = JsonNode.Parse($"[{content}]")!.AsArray().Select(block => block!.ToJsonString());
        return Stream([
            $$$$"""{"type":"message_start","message":{"id":"m","type":"message","model":"{{{{Fable}}}}","content":[],"stop_reason":null,"usage":{{{{{Input}}}},"output_tokens":1,"service_tier":"standard"}}}""",
            .. blocks.Select(block => $$"""{"type":"content_block_start","index":0,"content_block":{{block}}}"""),
            $$$"""{"type":"message_delta","delta":{"stop_reason":"{{{reason}}}"},"usage":{"output_tokens":{{{output}}}{{{more}}}}}""",
            """{"type":"message_stop"}""",
        ]);
    }
}
