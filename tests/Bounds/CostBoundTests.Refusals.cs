using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Bounds;

public sealed partial class CostBoundTests
{
    public static TheoryData<string, string, string> Endless =>
        new()
        {
            { Messages, Ask("\"Hi\"", """ "tools":[{"type":"web_search_20250305","name":"web_search"}],"""), "web_search_20250305" },
            { Messages, Ask("\"Hi\"", """ "tools":[{"type":"code_execution_20250825","name":"code_execution"}],"""), "code_execution_20250825" },
            { Messages, Ask("\"Hi\"", """ "tools":[{"type":"advisor_20260301","name":"advisor","model":"claude-opus-5-5"}],"""), "advisor_20260301" },
            { Messages, Ask("\"Hi\"", """ "mcp_servers":[{"type":"url","url":"https://example.org","name":"m"}],"""), "mcp_servers" },
            { Messages, Ask("\"Hi\"", """ "context_management":{"edits":[{"type":"compact_20260112"}]},"""), "context_management" },
            { Messages, Ask("\"Hi\"", """ "fallbacks":[{"model":"claude-opus-5-5"}],"""), "fallbacks" },
            { Messages, Ask("[{\"type\":\"image\"}]").Replace(Haiku, "claude-mythos-5-1", StringComparison.Ordinal), "claude-mythos-5-1" },
            { Responses, Respond("\"Hi\"", """ "tools":[{"type":"web_search"}],"""), "web_search" },
            { Responses, Respond("\"Hi\"", """ "tools":[{"type":"shell"}],"""), "shell" },
            {
                Responses,
                Respond("\"Hi\"", """ "max_tool_calls":3,"tools":[{"type":"mcp","server_label":"m","server_url":"https://example.org"}],"""),
                "mcp"
            },
            { Responses, Respond("\"Hi\"", """ "tools":[{"type":"namespace","name":"n","tools":[{"type":"web_search"}]}],"""), "web_search" },
            { Responses, Respond("\"Hi\"", """ "prompt":{"id":"pmpt_1"},"""), "prompt" },
            {
                Responses,
                Respond("""[{"type":"additional_tools","role":"developer","tools":[{"type":"web_search"}]},{"role":"user","content":"Hi"}]"""),
                "web_search"
            },
            { Responses, Respond("""[{"role":"user","content":"Hi"},{"type":"compaction_trigger"}]"""), "input" },
            {
                Messages,
                Ask("\"Hi\"", """ "tools":[{"type":"tool_search_tool_regex_20251119","name":"tool_search_tool_regex"}],"""),
                "tool_search_tool_regex_20251119"
            },
            { Responses, Respond("\"Hi\"", """ "context_management":[{"type":"compaction","compact_threshold":1000}],"""), "context_management" },
            { Chat, AskOpenAi("\"Hi\"", """ "web_search_options":{},"""), "web_search_options" },
            { Chat, AskOpenAi("\"Hi\"", """ "modalities":["text","audio"],"""), "modalities" },
            { Chat, AskOpenAi("\"Hi\"", """ "service_tier":"something_new","""), "something_new" },
            { Responses, Respond("\"Hi\"", """ "prompt_cache_options":{"ttl":"12h"},"""), "prompt_cache_options" },
            {
                Messages,
                Ask("\"Hi\"", """ "tools":[{"type":"web_search_20260209","name":"web_search","max_uses":1}],"""),
                "the tool web_search_20260209 without allowed_callers"
            },
            {
                Responses,
                Respond("\"Hi\"", """ "max_tool_calls":1,"tools":[{"type":"code_interpreter","container":{"type":"auto","memory_limit":"64g"}}],"""),
                "memory_limit"
            },
            {
                Responses,
                Respond("\"Hi\"", """ "max_tool_calls":1,"tools":[{"type":"code_interpreter","container":"cntr_1"}],"""),
                "a container whose memory is unknown"
            },
            { Responses, Respond("\"Hi\"", """ "max_tool_calls":1,"tools":[{"type":"image_generation","size":"3840x2160"}],"""), "size" },
            { Responses, Respond("\"Hi\"", """ "max_tool_calls":1,"tools":[{"type":"image_generation","partial_images":3}],"""), "partial_images" },
            { Chat, AskOpenAi("\"Hi\"", """ "modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"},"""), "audio" },
        };

    [Theory]
    [MemberData(nameof(Endless))]
    public async Task What_has_no_end_is_refused_and_named(string path, string body, string named)
    {
        await using var app = await TestApp.StartAsync(parts);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1_000_000);

        var refused = (await ann.Api.PostAsync($"/api/gateway/{path}", JsonNode.Parse(body)!)).IsRefusal(402, "cost_unbounded");
        Assert.Contains(named, (string)refused["error"]["message"]!, StringComparison.Ordinal);
        Assert.Equal("false", Assert.Single(refused.Headers.GetValues("x-should-retry")));
        Assert.Empty(app.Emulator.Calls);
        Assert.Equal((0, 0), await CappedCall.BudgetAsync(ann.Api));

        // Nobody minds without a budget.
        await CappedCall.SetBudgetAsync(ann, null);
        app.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        (await ann.Api.PostAsync($"/api/gateway/{path}", JsonNode.Parse(body)!)).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(Chat, "\"n\":\"8\",", "n")]
    [InlineData(Chat, "\"n\":-1,", "n")]
    [InlineData(Chat, "\"max_tokens\":\"16000\",", "max_tokens")]
    [InlineData(Responses, "\"max_tool_calls\":-1,\"tools\":[{\"type\":\"web_search\"}],", "max_tool_calls")]
    [InlineData(Messages, "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":0.5}],", "max_uses")]
    public async Task A_number_that_is_none_is_refused_as_that(string path, string more, string named)
    {
        await using var app = await TestApp.StartAsync(parts);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1_000_000);
        var body = path switch
        {
            Chat => AskOpenAi("\"Hi\"", more),
            Responses => Respond("\"Hi\"", more),
            _ => Ask("\"Hi\"", more),
        };
        var refused = (await ann.Api.PostAsync($"/api/gateway/{path}", JsonNode.Parse(body)!)).IsRefusal(400, "invalid_request");
        Assert.StartsWith($"{named} must be a whole number", (string)refused["error"]["message"]!, StringComparison.Ordinal);
        Assert.Empty(app.Emulator.Calls);
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(9_300, ",\"stream\":true")]
    public async Task No_number_of_uses_makes_a_bound_wrap_around(int tools, string more)
    {
        await using var app = await TestApp.StartAsync(parts);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1);
        var fetch = """{"type":"web_fetch_20250910","name":"f","max_uses":1000000000}""";
        var body =
            $$$"""{"model":"claude-opus-4-6","max_tokens":10{{{more}}},"messages":[{"role":"user","content":"Hi"}],"tools":[{{{string.Join(
                ',',
                Enumerable.Repeat(fetch, tools)
            )}}}]}""";
        using var answer = await ann.SendAsync(Messages, body);
        Assert.Equal(HttpStatusCode.PaymentRequired, answer.StatusCode);
        Assert.Contains(
            "more than 100000 times",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.Equal((0, 0), await CappedCall.BudgetAsync(ann.Api));
        Assert.Empty(app.Emulator.Calls);
    }

    [Theory]
    [InlineData("interleaved-thinking-2025-05-14", null)]
    [InlineData("interleaved-thinking-2025-05-14, context-1m-2025-08-07", null)]
    [InlineData("interleaved-thinking-2025-05-14,something-new-2026-11-01", "something-new-2026-11-01")]
    public async Task A_beta_is_refused_that_the_price_book_does_not_know(string betas, string? named)
    {
        await using var app = await TestApp.StartAsync(parts);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 100);
        app.Emulator.Knobs.AnswerNext(CappedCall.Answer());

        using var answer = await ann.SendAsync(Messages, CappedCall.Body(), [("anthropic-beta", betas)]);
        Assert.Equal(named is null ? HttpStatusCode.OK : HttpStatusCode.PaymentRequired, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(named is null ? [] : ["cost_unbounded"], answer.Headers.TryGetValues("X-MyCoach-Error", out var codes) ? codes : []);
        Assert.Contains(named ?? "", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_beta_passes_that_the_operator_knows()
    {
        await using var app = await TestApp.StartAsync(parts, ["Budgets:FreeBetas:0=something-else", "Budgets:FreeBetas:1=something-new-2026-11-01"]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 100);
        app.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        using var answer = await ann.SendAsync(Messages, CappedCall.Body(), [("anthropic-beta", "something-new-2026-11-01")]);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_model_without_a_price_is_refused_unless_its_user_allows_it()
    {
        await using var app = await TestApp.StartAsync(parts);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1);
        var body = new { model = "gpt-of-tomorrow", messages = new[] { new { role = "user", content = "Hi" } } };

        var refused = (await ann.Api.PostAsync($"/api/gateway/{Chat}", body)).IsRefusal(402, "model_unpriced");
        Assert.Contains("gpt-of-tomorrow", (string)refused["error"]["message"]!, StringComparison.Ordinal);
        Assert.Equal("false", Assert.Single(refused.Headers.GetValues("x-should-retry")));
        Assert.Empty(app.Emulator.Calls);

        await ann.Api.PatchAsync("/api/settings", new { allowUnpricedModels = true });
        (await ann.Api.PostAsync($"/api/gateway/{Chat}", body)).Is(HttpStatusCode.OK);
        Assert.False((bool)(await ann.EventAsync())["priced"]!);
        Assert.Equal(0, await CappedCall.SettledAsync(ann.Api));

        // Also where a model answers whose price is known: nothing was held for it.
        app.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        var alias = CappedCall.Body().Replace(CappedCall.Model, "claude-of-tomorrow", StringComparison.Ordinal);
        using (var answer = await ann.SendAsync(CappedCall.Path, alias))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        Assert.Equal(0, await CappedCall.SettledAsync(ann.Api));
        Assert.Equal(
            [("gpt-of-tomorrow", false), (CappedCall.Model, false)],
            (await ann.EventsAsync()).Select(one => ((string)one["model"]!, (bool)one["priced"]!)).OrderDescending()
        );
    }

    [Fact]
    public async Task A_model_that_costs_nothing_passes_also_when_the_budget_is_used_up()
    {
        await using var app = await TestApp.StartAsync(parts);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await ann.Api.PatchAsync("/api/settings", new { monthlyBudgetCents = 1, allowUnpricedModels = true });
        app.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal(1, await CappedCall.SettledAsync(ann.Api));

        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(ann)).Code);
        // Also beyond it, where posted usage has carried the spend.
        (await ann.Api.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
        var body = new { model = "gpt-of-tomorrow", messages = new[] { new { role = "user", content = "Hi" } } };
        (await ann.Api.PostAsync($"/api/gateway/{Chat}", body)).Is(HttpStatusCode.OK);
        (await ann.Api.PostAsync("/api/gateway/anthropic/v1/messages/count_tokens", new { model = Haiku, messages = body.messages })).Is(
            HttpStatusCode.OK
        );
    }

    [Fact]
    public async Task A_budgeted_call_must_name_its_model()
    {
        await using var app = await TestApp.StartAsync(parts);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1);
        (await ann.Api.PostAsync($"/api/gateway/{Chat}", new { messages = Array.Empty<string>() })).IsRefusal(400, "invalid_request");
    }
}
