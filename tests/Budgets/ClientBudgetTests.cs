using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>What widely used clients add to their calls, under a budget of 20 dollars.</summary>
public sealed class ClientBudgetTests(LocalParts parts)
{
    private const string Messages = "anthropic/v1/messages?beta=true";
    private const string Responses = "openai/v1/responses";

    private const string ClaudeCode =
        "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,per-turn-control-2026-07-01,"
        + "mid-conversation-tool-changes-2026-07-01,thinking-token-count-2026-05-13,advanced-tool-use-2025-11-20,effort-2025-11-24";

    [Theory]
    [InlineData("claude-opus-5-5", "", ClaudeCode)]
    [InlineData(
        "claude-opus-5-5",
        """ "safeguards":[{"type":"dangerous_tool_use","classifier_context":{"v":1}}],""",
        "afk-mode-2026-01-31,dangerous-tool-use-2026-09-03"
    )]
    [InlineData("claude-fable-5-1", "", "fallback-credit-2026-06-01")]
    [InlineData("claude-fable-5-2", "", "fallback-credit-2026-07-01")]
    public async Task Claude_Code_passes_a_strict_budget(string model, string more, string betas)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 2_000);
        await PassesAsync(ann, Messages, Ask(model, "\"Hi\"", more), betas);
    }

    [Fact]
    public async Task A_screenshot_passes_a_strict_budget()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 20);
        var image =
            $$$"""[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"{{{new string('A', 40_000)}}}"}}]""";
        await PassesAsync(ann, Messages, Ask("claude-opus-5-5", image));
    }

    [Theory]
    [InlineData(""" "client_metadata":{"x-codex-installation-id":"u"},""")]
    [InlineData(
        """ "tools":[{"type":"tool_search","execution":"client","description":"d","parameters":{"type":"object","properties":{}}}],"""
    )]
    [InlineData(""" "metadata":{"session":"s"},"prompt_cache_key":"k","include":["reasoning.encrypted_content"],""")]
    public async Task Codex_CLI_passes_a_strict_budget(string more)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 500);
        await PassesAsync(ann, Responses, Respond("\"Hi\"", more));
    }

    [Theory]
    [InlineData(Responses, """ "tools":[{"type":"web_search","external_web_access":false}],""")]
    [InlineData(Messages, """ "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":8}],""")]
    public async Task A_search_without_a_useful_cap_passes_a_flexible_budget(string path, string more)
    {
        await using var ann = await StartFlexibleAsync();
        await PassesAsync(
            ann,
            path,
            path == Responses ? Respond("\"Hi\"", more) : Ask("claude-opus-5-5", "\"Hi\"", more)
        );
    }

    [Fact]
    public async Task A_step_that_refers_to_an_earlier_answer_passes_a_flexible_budget()
    {
        await using var ann = await StartFlexibleAsync();
        const string Input =
            """[{"role":"user","content":[{"type":"input_text","text":"weather?"}]},{"type":"item_reference","id":"rs_1"},{"type":"function_call","call_id":"c","name":"weather","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"20"}]""";
        await PassesAsync(ann, Responses, Respond(Input));
    }

    private static async Task PassesAsync(GatewayUser user, string path, string body, string? betas = null)
    {
        using var answer = await user.SendAsync(path, body, betas is null ? [] : [("anthropic-beta", betas)]);
        Assert.True(
            answer.IsSuccessStatusCode,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        await user.SettledAsync();
        Assert.Equal(CappedCall.Cents(await user.EventAsync()), (await user.BudgetAsync()).Spent);
    }

    private async Task<GatewayUser> StartFlexibleAsync()
    {
        var ann = await BudgetedUser.StartAsync(parts, cents: 2_000);
        (await ann.Api.PatchAsync("/api/settings", new { budgetMode = "flexible" })).Is(System.Net.HttpStatusCode.OK);
        return ann;
    }

    private static string Ask(string model, string content, string more = "") =>
        $$"""{"model":"{{model}}","max_tokens":1000,{{more}}"messages":[{"role":"user","content":{{content}}}]}""";

    private static string Respond(string input, string more = "") =>
        $$"""{"model":"gpt-5.5","max_output_tokens":1000,"service_tier":"default","store":false,{{more}}"input":{{input}}}""";
}
