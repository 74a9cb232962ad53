using System.Net;
using System.Text;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>
/// A flexible budget holds what a call will probably cost, and refuses calls once nothing is left. So the spend can pass
/// it only by what the calls under way cost above that.
/// </summary>
public sealed class FlexibleBudgetTests(LocalParts parts)
{
    private const int Calls = 64;

    [Fact]
    public async Task The_overshoot_is_at_most_what_was_under_way()
    {
        await using var ann = await StartAsync(cents: 10);
        await using var second = await TestApp.StartAsync(parts, beside: ann.App);
        await using var third = await TestApp.StartAsync(parts, beside: ann.App);
        using var there = new GatewayUser(second, "ann");
        using var elsewhere = new GatewayUser(third, "ann");
        GatewayUser[] everywhere = [ann, there, elsewhere];
        var feeds = new List<Feed>();
        for (var i = 0; i < Calls; i++)
        {
            feeds.Add(new Feed());
            ann.Emulator.Knobs.AnswerNext(feeds[^1].Answer("application/json"));
        }

        var calls = Enumerable.Range(0, Calls).Select(i => CappedCall.MakeAsync(everywhere[i % 3])).ToArray();
        // Nothing is spent before all others are refused.
        await Eventually.HoldsAsync(() => calls.Count(call => call.IsCompleted) + ann.Emulator.Calls.Count == Calls);
        var (spent, held) = await ann.BudgetAsync();
        var underWay = ann.Emulator.Calls.Count;
        var probable = held / underWay;
        Assert.Equal(0, spent);
        Assert.InRange(held, 10, 10 + probable);

        // Each costs more than what is held for it.
        Assert.InRange(probable, 0.01m, 0.99m);
        foreach (var feed in feeds)
        {
            feed.Send(OneCent);
            feed.End();
        }
        var made = await Task.WhenAll(calls);
        Assert.Equal(underWay, made.Count(call => call.Status == HttpStatusCode.OK));
        Assert.All(
            made.Where(call => call.Status != HttpStatusCode.OK),
            call => Assert.Equal((HttpStatusCode.PaymentRequired, "budget_exceeded"), call)
        );
        var total = await ann.SettledAsync();
        Assert.Equal(underWay, total);
        Assert.InRange(total, 10, 10 + probable + (underWay * (1 - probable)));
        Assert.All(await ann.EventsAsync(), usage => Assert.False((bool?)usage["overBound"] ?? false));

        Assert.All(
            await Task.WhenAll(everywhere.Select(user => CappedCall.MakeAsync(user))),
            call => Assert.Equal("budget_exceeded", call.Code)
        );
    }

    [Fact]
    public async Task A_call_passes_while_anything_is_left_and_none_passes_after_that()
    {
        await using var ann = await StartAsync(cents: 1);
        var most = Request.Event(model: CappedCall.Model, inputTokens: 9_999, outputTokens: 0);
        (await ann.Api.PostAsync("/api/usage", most)).Is(HttpStatusCode.Created);
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());

        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal(1.9999m, await ann.SettledAsync());

        using var refused = await ann.SendAsync(CappedCall.Path, CappedCall.Body());
        Assert.Equal(HttpStatusCode.PaymentRequired, refused.StatusCode);
        var message = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("The budget is used up", message, StringComparison.Ordinal);
        var budget = await ann.Api.GetAsync("/api/budget");
        Assert.Equal(("flexible", "exceeded"), ((string?)budget["budgetMode"], (string?)budget["status"]));
        Assert.Equal(CappedCall.Model, (string?)budget["lastRefusal"]["model"]);
    }

    [Theory]
    [InlineData("anthropic/v1/messages", """ "tools":[{"type":"web_search_20250305","name":"web_search"}] """)]
    [InlineData("anthropic/v1/messages", """ "tools":[{"type":"code_execution_20250825","name":"code_execution"}] """)]
    [InlineData("anthropic/v1/messages", """ "mcp_servers":[{"type":"url","url":"https://x.example","name":"x"}] """)]
    [InlineData("anthropic/v1/messages", """ "fallbacks":[{"model":"claude-opus-4-8"}] """)]
    [InlineData("anthropic/v1/messages", """ "a_member_of_next_year":{"x":1} """)]
    [InlineData("openai/v1/responses", """ "tools":[{"type":"code_interpreter","container":"cntr_1"}] """)]
    [InlineData("openai/v1/responses", """ "prompt":{"id":"pmpt_1"} """)]
    [InlineData("openai/v1/responses", """ "service_tier":"a_tier_of_next_year" """)]
    [InlineData("openai/v1/chat/completions", """ "web_search_options":{} """)]
    public async Task Nothing_is_without_a_maximum(string path, string member)
    {
        await using var ann = await StartAsync(cents: 500);
        using var answer = await ann.SendAsync(path, Body(path, member), [("anthropic-beta", "one-of-2031-01-01")]);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.False(answer.Headers.Contains("X-MyCoach-Output-Limit"));
        var usage = await ann.EventAsync();
        Assert.Equal(CappedCall.Cents(usage), await ann.SettledAsync());

        (await ann.Api.PatchAsync("/api/settings", new { budgetMode = "strict" })).Is(HttpStatusCode.OK);
        using var strict = await ann.SendAsync(path, Body(path, member), [("anthropic-beta", "one-of-2031-01-01")]);
        Assert.Equal(HttpStatusCode.PaymentRequired, strict.StatusCode);
        Assert.Contains(
            "set budgetMode to flexible",
            await strict.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_refusal_of_a_strict_budget_says_that_a_flexible_one_would_let_the_call_pass()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1);
        var large = CappedCall.Body().Replace("1000", "9000", StringComparison.Ordinal);
        using var refused = await ann.SendAsync(CappedCall.Path, large);
        var message = await refused.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("With budgetMode flexible the call would pass.", message, StringComparison.Ordinal);

        (await ann.Api.PatchAsync("/api/settings", new { budgetMode = "flexible" })).Is(HttpStatusCode.OK);
        using var passed = await ann.SendAsync(CappedCall.Path, large);
        Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
    }

    [Fact]
    public async Task A_budget_that_becomes_strict_binds_the_next_call_on_every_instance()
    {
        await using var ann = await StartAsync(cents: 1);
        await using var other = await TestApp.StartAsync(parts, beside: ann.App);
        using var there = new GatewayUser(other, "ann");
        var unbounded = Body(CappedCall.Path, """ "fallbacks":[{"model":"claude-opus-4-8"}] """);
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(1));
        using (var passed = await there.SendAsync(CappedCall.Path, unbounded))
        {
            Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
        }
        await ann.SettledAsync();

        // The other instance still has the old settings.
        (await ann.Api.PatchAsync("/api/settings", new { budgetMode = "strict" })).Is(HttpStatusCode.OK);
        using (var refused = await there.SendAsync(CappedCall.Path, unbounded))
        {
            Assert.Equal("cost_unbounded", Assert.Single(refused.Headers.GetValues("X-MyCoach-Error")));
        }
        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(there)).Code);
        Assert.Single(ann.Emulator.Calls);
    }

    [Fact]
    public async Task An_estimate_may_be_above_what_was_held()
    {
        await using var ann = await StartAsync(cents: 100);
        // Far more text than usual, and the connection breaks before the usage is stated.
        var text = new string('y', 60_000);
        var stream = $$$"""
            {{{CappedCall.StreamStart(100)}}}event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{text}}}"}}


            """;
        ann.Emulator.Knobs.AnswerNext(
            PlannedAnswer.Of(Encoding.UTF8.GetBytes(stream), "text/event-stream", breaksOff: true)
        );
        using var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true));
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync(Cancellation));

        var usage = await ann.EventAsync();
        Assert.True((bool)usage["estimated"]!);
        // 4,000 tokens written to the cache, and a token for each three bytes of text.
        Assert.Equal(0.5m + (20_000 * 500m / 1_000_000), CappedCall.Cents(usage));
        Assert.Equal(CappedCall.Cents(usage), await ann.SettledAsync());
    }

    private const string OneCent =
        """{"model":"claude-haiku-4-5","usage":{"input_tokens":0,"cache_creation_input_tokens":4000,"output_tokens":1000}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<GatewayUser> StartAsync(long cents)
    {
        var ann = await BudgetedUser.StartAsync(parts, cents);
        (await ann.Api.PatchAsync("/api/settings", new { budgetMode = "flexible" })).Is(HttpStatusCode.OK);
        return ann;
    }

    private static string Body(string path, string member) =>
        path switch
        {
            "openai/v1/responses" => $$"""{"model":"gpt-4o-mini","input":"Hi",{{member}}}""",
            "openai/v1/chat/completions" =>
                $$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}],{{member}}}""",
            _ =>
                $$"""{"model":"claude-haiku-4-5","max_tokens":50,"messages":[{"role":"user","content":"Hi"}],{{member}}}""",
        };
}
