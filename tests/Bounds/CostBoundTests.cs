using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Bounds.BoundedRequest;

namespace MyCoach.Tests.Bounds;

/// <summary>
/// The upper bound of a call as the gateway applies it. The other classes of this folder have a row for each rule.
/// </summary>
public sealed class CostBoundTests(LocalParts parts)
{
    public static TheoryData<string, string> Bounded =>
        new()
        {
            { Messages, Ask("\"Hello\"") },
            { Chat, AskOpenAi("\"Hello\"") },
            { Responses, Respond("\"Hello\"") },
        };

    [Theory]
    [MemberData(nameof(Bounded))]
    public async Task The_upper_bound_is_reserved_while_the_call_runs(string path, string body) =>
        Assert.Equal(BoundOf(path, body), await ReservedAsync(path, body));

    [Fact]
    public async Task A_call_without_a_maximum_cost_is_refused_only_under_a_budget()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1_000_000);
        var body = JsonNode.Parse(Ask("\"Hi\"", """ "tools":[{"type":"web_search_20250305","name":"web_search"}],"""))!;

        var refused = (await ann.Api.PostAsync($"/api/gateway/{Messages}", body)).IsRefusal(402, "cost_unbounded");
        Assert.Contains("web_search_20250305", (string)refused["error"]["message"]!, StringComparison.Ordinal);
        Assert.Equal("false", Assert.Single(refused.Headers.GetValues("x-should-retry")));
        Assert.Empty(ann.Emulator.Calls);
        Assert.Equal((0, 0), await ann.BudgetAsync());

        await ann.SetBudgetAsync(null);
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        (await ann.Api.PostAsync($"/api/gateway/{Messages}", body)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_malformed_count_is_refused_under_a_budget()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1_000_000);
        var body = JsonNode.Parse(AskOpenAi("\"Hi\"", "\"n\":\"8\","))!;
        var refused = (await ann.Api.PostAsync($"/api/gateway/{Chat}", body)).IsRefusal(400, "invalid_request");
        Assert.StartsWith("n must be a whole number", (string)refused["error"]["message"]!, StringComparison.Ordinal);
        Assert.Empty(ann.Emulator.Calls);
    }

    [Theory]
    [InlineData("interleaved-thinking-2025-05-14", HttpStatusCode.OK)]
    [InlineData("interleaved-thinking-2025-05-14,something-new-2026-11-01", HttpStatusCode.PaymentRequired)]
    public async Task Betas_are_read_from_the_header(string betas, HttpStatusCode status)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 100);
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        using var answer = await ann.SendAsync(Messages, CappedCall.Body(), [("anthropic-beta", betas)]);
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task An_embedding_is_bounded_by_its_input_alone()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var body = """{"model":"text-embedding-3-small","input":"Hello"}""";
        // As many cents as the bound, and one short of it: 2 cents a million tokens.
        var tokens = 1_000_000 - 16;
        body = body.Replace("Hello", new string('x', tokens - body.Length + 5), StringComparison.Ordinal);
        await ann.SetBudgetAsync(1);
        (await ann.Api.PostAsync($"/api/gateway/{Embeddings}", JsonNode.Parse(body)!)).IsRefusal(
            402,
            "budget_exceeded"
        );
        await ann.SetBudgetAsync(2);
        (await ann.Api.PostAsync($"/api/gateway/{Embeddings}", JsonNode.Parse(body)!)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_beta_that_the_operator_lists_as_free_passes()
    {
        await using var ann = await BudgetedUser.StartAsync(
            parts,
            cents: 100,
            ["Budgets:FreeBetas:0=something-else", "Budgets:FreeBetas:1=something-new-2026-11-01"]
        );
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        using var answer = await ann.SendAsync(
            Messages,
            CappedCall.Body(),
            [("anthropic-beta", "something-new-2026-11-01")]
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_model_without_a_price_is_refused_unless_allowed()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1);
        var body = new { model = "gpt-of-tomorrow", messages = new[] { new { role = "user", content = "Hi" } } };

        var refused = (await ann.Api.PostAsync($"/api/gateway/{Chat}", body)).IsRefusal(402, "model_unpriced");
        Assert.Contains("gpt-of-tomorrow", (string)refused["error"]["message"]!, StringComparison.Ordinal);
        Assert.Equal("false", Assert.Single(refused.Headers.GetValues("x-should-retry")));
        Assert.Empty(ann.Emulator.Calls);

        await ann.Api.PatchAsync("/api/settings", new { allowUnpricedModels = true });
        (await ann.Api.PostAsync($"/api/gateway/{Chat}", body)).Is(HttpStatusCode.OK);
        Assert.False((bool)(await ann.EventAsync())["priced"]!);
        Assert.Equal(0, await ann.SettledAsync());

        // Also where a model answers whose price is known: nothing was held for it.
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        var alias = CappedCall.Body().Replace(CappedCall.Model, "claude-of-tomorrow", StringComparison.Ordinal);
        using (var answer = await ann.SendAsync(CappedCall.Path, alias))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        Assert.Equal(0, await ann.SettledAsync());
        Assert.Equal(
            [("gpt-of-tomorrow", false), (CappedCall.Model, false)],
            (await ann.EventsAsync())
                .Select(usage => ((string)usage["model"]!, (bool)usage["priced"]!))
                .OrderDescending()
        );
    }

    [Fact]
    public async Task A_free_call_passes_even_when_the_budget_is_used_up()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        await ann.Api.PatchAsync("/api/settings", new { monthlyBudgetCents = 1, allowUnpricedModels = true });
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal(1, await ann.SettledAsync());

        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(ann)).Code);
        // Also beyond it, where posted usage has carried the spend.
        (await ann.Api.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
        var body = new { model = "gpt-of-tomorrow", messages = new[] { new { role = "user", content = "Hi" } } };
        (await ann.Api.PostAsync($"/api/gateway/{Chat}", body)).Is(HttpStatusCode.OK);
        (
            await ann.Api.PostAsync(
                "/api/gateway/anthropic/v1/messages/count_tokens",
                new { model = Haiku, messages = body.messages }
            )
        ).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_budgeted_call_must_name_its_model()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1);
        (await ann.Api.PostAsync($"/api/gateway/{Chat}", new { messages = Array.Empty<string>() })).IsRefusal(
            400,
            "invalid_request"
        );
    }

    /// <summary>What a budget holds for the call, in millionths of a cent.</summary>
    private async Task<decimal> ReservedAsync(string path, string body)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1_000_000);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());

        using var answer = await ann.SendAsync(path, body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("X-MyCoach-Output-Limit"));
        Assert.Equal(body, WithoutAskingForUsage(Assert.Single(ann.Emulator.Calls)));
        var (_, reserved) = await ann.BudgetAsync();
        feed.End();
        return reserved * 1_000_000;
    }

    private static string WithoutAskingForUsage(EmulatedCall call) =>
        call.BodyText.Replace(""","stream_options":{"include_usage":true}""", "", StringComparison.Ordinal);
}
