using System.Net;
using System.Text;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>Compactions, token counts and text completions through the gateway.</summary>
public sealed class FurtherOperationTests(LocalParts parts)
{
    private const string Compact = "/api/gateway/openai/v1/responses/compact";
    private const string Count = "/api/gateway/openai/v1/responses/input_tokens";
    private const string Completions = "/api/gateway/openai/v1/completions";
    private const string Conversation =
        """{"model":"gpt-4o-mini","input":[{"role":"user","content":"Hello there"},{"role":"assistant","content":"Hi"}]}""";

    [Fact]
    public async Task A_compaction_is_priced_by_the_requested_model()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.AnswerNext(
            Json(
                """{"id":"resp_1","object":"response.compaction","created_at":1,"output":[{"type":"compaction","encrypted_content":"gAAAAA"}],"usage":{"input_tokens":2000000,"input_tokens_details":{"cached_tokens":1000000},"output_tokens":1000000,"output_tokens_details":{"reasoning_tokens":10},"total_tokens":3000000}}"""
            )
        );

        var answer = (await ann.Api.SendAsync(HttpMethod.Post, Compact, Conversation)).Is(HttpStatusCode.OK);

        Assert.Equal("response.compaction", (string?)answer["object"]);
        var usage = await ann.EventAsync();
        Assert.Equal(
            ("gpt-4o-mini", 2_000_000, 1_000_000, 1_000_000, false),
            (
                (string?)usage["model"],
                (long)usage["inputTokens"]!,
                (long)usage["cachedInputTokens"]!,
                (long)usage["outputTokens"]!,
                (bool)usage["estimated"]!
            )
        );
        // 15 and 60 cents; a cached read costs half of its rate.
        Assert.Equal(0.15m + 0.075m + 0.60m, (decimal)usage["costUsd"]!);
    }

    [Fact]
    public async Task A_compaction_reserves_what_its_model_may_write()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1);
        (await ann.Api.SendAsync(HttpMethod.Post, Compact, Conversation)).IsRefusal(402, "budget_exceeded");
        await ann.SetBudgetAsync(10);
        var answer = (await ann.Api.SendAsync(HttpMethod.Post, Compact, Conversation)).Is(HttpStatusCode.OK);
        Assert.False(answer.Headers.Contains("X-MyCoach-Output-Limit"));
        Assert.DoesNotContain("max_output_tokens", ann.Emulator.Calls.Single().BodyText, StringComparison.Ordinal);
        Assert.InRange(await ann.SettledAsync(), 0.0001m, 0.01m);
    }

    [Fact]
    public async Task Counting_input_tokens_is_free()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 0);
        var answer = (await ann.Api.SendAsync(HttpMethod.Post, Count, Conversation)).Is(HttpStatusCode.OK);
        Assert.Equal(("response.input_tokens", true), ((string?)answer["object"], (long)answer["input_tokens"] > 0));
        Assert.Equal("/openai/v1/responses/input_tokens", ann.Emulator.Calls.Single().PathAndQuery);
        Assert.Empty(await ann.EventsAsync());
    }

    [Theory]
    [InlineData("\"Hello there\"", "", 3, 9)]
    [InlineData("\"Hello there\"", "\"max_tokens\":4,", 3, 4)]
    [InlineData("[\"Hello there\",\"Hello you\"]", "\"n\":2,\"best_of\":3,", 6, 54)]
    [InlineData("[1212,318]", "", 2, 9)]
    public async Task A_text_completion_is_metered_whole_and_streamed(string prompt, string more, int input, int output)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var body = $$"""{"model":"gpt-4o-mini",{{more}}"prompt":{{prompt}}}""";

        var whole = (await ann.Api.SendAsync(HttpMethod.Post, Completions, body)).Is(HttpStatusCode.OK);
        var stream = (
            await ann.Api.SendAsync(
                HttpMethod.Post,
                Completions,
                body.Replace("\"prompt\"", "\"stream\":true,\"prompt\"")
            )
        ).Is(HttpStatusCode.OK);

        Assert.Equal("text_completion", (string?)whole["object"]);
        // The gateway asks for the usage, which the caller did not.
        Assert.Contains("\"include_usage\":true", ann.Emulator.Calls.Last().BodyText, StringComparison.Ordinal);
        Assert.DoesNotContain("total_tokens", stream.Text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", stream.Text, StringComparison.Ordinal);
        var events = await ann.EventsAsync();
        Assert.Equal(2, events.Count);
        Assert.All(
            events,
            usage =>
                Assert.Equal(
                    (input, output, false),
                    ((long)usage["inputTokens"]!, (long)usage["outputTokens"]!, (bool)usage["estimated"]!)
                )
        );
    }

    [Fact]
    public async Task A_cut_text_completion_is_estimated_from_its_text()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.AnswerNext(
            PlannedAnswer.Of(
                Encoding.UTF8.GetBytes(
                    """data: {"id":"cmpl-1","object":"text_completion","model":"gpt-4o-mini","choices":[{"text":"One two three four","index":0,"finish_reason":null}],"usage":null}"""
                        + "\n\n"
                ),
                "text/event-stream",
                breaksOff: true
            )
        );

        await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            ann.Api.SendAsync(
                HttpMethod.Post,
                Completions,
                """{"model":"gpt-4o-mini","stream":true,"prompt":[1,2,3,4,5]}"""
            )
        );

        var usage = await ann.EventAsync();
        Assert.True((bool)usage["estimated"]!);
        Assert.Equal(6, (long)usage["outputTokens"]!);
        Assert.InRange((long)usage["inputTokens"]!, 5, 10);
    }

    [Fact]
    public async Task A_model_without_a_price_follows_the_setting()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 100);
        const string body = """{"model":"text-davinci-003","prompt":"Hi"}""";
        (await ann.Api.SendAsync(HttpMethod.Post, Completions, body)).IsRefusal(402, "model_unpriced");
        (await ann.Api.PatchAsync("/api/settings", new { allowUnpricedModels = true })).Is(HttpStatusCode.OK);
        ann.Emulator.Knobs.AnswerNext(
            Json(
                """{"id":"cmpl-1","object":"text_completion","model":"text-davinci-003","choices":[{"text":"Ho","index":0,"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""
            )
        );
        (await ann.Api.SendAsync(HttpMethod.Post, Completions, body)).Is(HttpStatusCode.OK);
        Assert.False((bool)(await ann.EventAsync())["priced"]!);
    }

    [Fact]
    public async Task A_text_completion_keeps_to_the_budget()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1);
        var refused = (
            await ann.Api.SendAsync(
                HttpMethod.Post,
                Completions,
                """{"model":"gpt-4o-mini","max_tokens":4000,"best_of":20,"prompt":"Hi"}"""
            )
        ).IsRefusal(402, "budget_exceeded");
        Assert.Contains("With max_tokens of at most ", (string?)refused["error"]["message"], StringComparison.Ordinal);
        (await ann.Api.SendAsync(HttpMethod.Post, Completions, """{"model":"gpt-4o-mini","prompt":"Hi"}""")).Is(
            HttpStatusCode.OK
        );
        Assert.Equal("""{"model":"gpt-4o-mini","prompt":"Hi"}""", ann.Emulator.Calls.Single().BodyText);
    }

    private static PlannedAnswer Json(string text) => PlannedAnswer.Of(Encoding.UTF8.GetBytes(text));
}
