using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>
/// Where a request to OpenAI brings the provider's tools without a cap, a strict budget sets the one that it covers, and
/// says so.
/// </summary>
public sealed class ToolLimitTests(LocalParts parts)
{
    private const string Responses = "openai/v1/responses";

    // Each use: 128,000 tokens at 25 cents a million, and a cent for the search.
    private const decimal CentsPerUse = 4.2m;

    // The text with an allowance for a call and a tool, and 100 tokens of output.
    private const decimal CentsBesides = 0.1m;

    [Theory]
    [InlineData(1_000, 10)]
    [InlineData(42, 9)]
    [InlineData(15, 3)]
    [InlineData(5, 1)]
    public async Task The_cap_is_the_largest_that_the_budget_covers(int cents, int uses)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());

        using var answer = await ann.SendAsync(Responses, Body());
        Assert.Equal((HttpStatusCode.OK, uses), (answer.StatusCode, ToolLimitOf(answer)));
        Assert.False(answer.Headers.Contains("X-MyCoach-Output-Limit"));
        var sent = Assert.Single(ann.Emulator.Calls).BodyText;
        Assert.Equal(Body().Insert(Body().Length - 1, $",\"max_tool_calls\":{uses}"), sent);
        var (_, reserved) = await ann.BudgetAsync();
        Assert.InRange(reserved, CentsPerUse * uses, (CentsPerUse * uses) + CentsBesides);
        feed.End();
    }

    [Fact]
    public async Task A_cap_of_null_is_replaced()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 15);
        ann.Emulator.Knobs.AnswerNext(PlannedAnswer.Of("{}"u8.ToArray()));
        using var answer = await ann.SendAsync(Responses, Body("\"max_tool_calls\":null,"));
        Assert.Equal(3, ToolLimitOf(answer));
        Assert.Equal(Body("\"max_tool_calls\":3,"), Assert.Single(ann.Emulator.Calls).BodyText);
    }

    [Theory]
    [InlineData("\"max_tool_calls\":2,", """{"type":"web_search"}""")]
    [InlineData("\"max_tool_calls\":0,", """{"type":"web_search"}""")]
    [InlineData("", """{"type":"function","name":"f","parameters":{"type":"object"}}""")]
    [InlineData("", """{"type":"shell","environment":{"type":"local"}}""")]
    public async Task A_stated_cap_stays_and_the_callers_tools_get_none(string more, string tool)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 15);
        ann.Emulator.Knobs.AnswerNext(PlannedAnswer.Of("{}"u8.ToArray()));
        using var answer = await ann.SendAsync(Responses, Body(more, tool));
        Assert.Equal((HttpStatusCode.OK, null), (answer.StatusCode, ToolLimitOf(answer)));
        Assert.Equal(Body(more, tool), Assert.Single(ann.Emulator.Calls).BodyText);
    }

    [Fact]
    public async Task A_call_is_refused_only_if_one_use_does_not_fit()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 4);
        using var answer = await ann.SendAsync(Responses, Body());
        Assert.Equal(HttpStatusCode.PaymentRequired, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains(" with max_tool_calls 1, and the budget", text, StringComparison.Ordinal);
        Assert.Null(ToolLimitOf(answer));
        Assert.Empty(ann.Emulator.Calls);
        var refusal = (await ann.Api.GetAsync("/api/budget"))["lastRefusal"];
        Assert.InRange((decimal)refusal["boundUsd"]! * 100, CentsPerUse, CentsPerUse + CentsBesides);
    }

    [Fact]
    public async Task The_output_limit_is_lowered_only_if_one_use_leaves_too_little()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 5);
        // The model's own limit of 16,384 tokens costs 1.6 cents.
        var body = Body().Replace("\"max_output_tokens\":100,", "", StringComparison.Ordinal);
        ann.Emulator.Knobs.AnswerNext(PlannedAnswer.Of("{}"u8.ToArray()));
        using var answer = await ann.SendAsync(Responses, body);
        Assert.Equal((HttpStatusCode.OK, 1), (answer.StatusCode, ToolLimitOf(answer)));
        var output = long.Parse(
            Assert.Single(answer.Headers.GetValues("X-MyCoach-Output-Limit")),
            CultureInfo.InvariantCulture
        );
        Assert.Equal(Math.Floor((800_000 - ((body.Length + 2_048) * 25m)) / 100), output);
        var sent = Assert.Single(ann.Emulator.Calls).BodyJson!;
        Assert.Equal((output, 1), ((long)sent["max_output_tokens"]!, (int)sent["max_tool_calls"]!));
    }

    [Fact]
    public async Task A_flexible_budget_sets_no_cap()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 15);
        (await ann.Api.PatchAsync("/api/settings", new { budgetMode = "flexible" })).Is(HttpStatusCode.OK);
        using var answer = await ann.SendAsync(Responses, Body());
        Assert.Equal((HttpStatusCode.OK, null), (answer.StatusCode, ToolLimitOf(answer)));
        Assert.Equal(Body(), Assert.Single(ann.Emulator.Calls).BodyText);
    }

    [Fact]
    public async Task The_whole_call_is_charged_by_what_it_used()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 15);
        var body = Body().Replace("Hello", "Please search the web", StringComparison.Ordinal);
        using var answer = await ann.SendAsync(Responses, body);
        var usage = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))![
            "usage"
        ]!;
        var tokens = ((decimal)usage["input_tokens"]! * 15) + ((decimal)usage["output_tokens"]! * 60);
        Assert.Equal(1 + (tokens / 1_000_000), await ann.SettledAsync());
    }

    private static string Body(string more = "", string tool = """{"type":"web_search"}""") =>
        $$"""{"model":"gpt-4o-mini","max_output_tokens":100,{{more}}"tools":[{{tool}}],"input":"Hello"}""";

    private static int? ToolLimitOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("X-MyCoach-Tool-Limit", out var limits)
            ? int.Parse(limits.Single(), CultureInfo.InvariantCulture)
            : null;
}
