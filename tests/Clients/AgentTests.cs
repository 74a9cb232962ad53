using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Clients;

/// <summary>Claude Code and Codex CLI as their users install them, pointed at the gateway as docs/clients.md says.</summary>
public sealed class AgentTests(LocalParts parts)
{
    private const string UseTool = "Please use the tool";

    [ClientTheory]
    [InlineData("strict")]
    [InlineData("flexible")]
    public async Task Claude_Code_calls_a_tool_under_a_budget(string budgetMode)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 500);
        (await ann.Api.PatchAsync("/api/settings", new { budgetMode })).Is(HttpStatusCode.OK);

        var result = await ClaudeAsync(ann, UseTool);

        Assert.False((bool)result["is_error"]!, result.ToJsonString());
        Assert.Equal(2, (int)result["num_turns"]!);
        Assert.EndsWith("That is all I know.", (string?)result["result"], StringComparison.Ordinal);
        await AssertMeteredAsync(ann, "claude-haiku-4-5-20251001");
    }

    [ClientFact]
    public async Task Claude_Code_shows_a_budget_refusal()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 0);

        var result = await ClaudeAsync(ann, "Hello");

        Assert.Equal((true, 402), ((bool)result["is_error"]!, (int)result["api_error_status"]!));
        Assert.Contains("The budget resets at", (string?)result["result"], StringComparison.Ordinal);
        Assert.Empty(ann.Emulator.Calls);
    }

    [ClientTheory]
    [InlineData("strict")]
    [InlineData("flexible")]
    public async Task Codex_CLI_falls_back_to_HTTP_and_calls_a_tool_under_a_budget(string budgetMode)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 500);
        (await ann.Api.PatchAsync("/api/settings", new { budgetMode })).Is(HttpStatusCode.OK);

        // As it comes, Codex adds a web search without a cap.
        var events = await CodexAsync(ann, UseTool);

        Assert.DoesNotContain(events, item => (string?)item["type"] == "error");
        Assert.Contains(events, item => (string?)item["item"]?["type"] == "command_execution");
        Assert.Equal(
            $"You said: {UseTool} That is all I know.",
            (string?)events.Last(item => (string?)item["item"]?["type"] == "agent_message")["item"]!["text"]
        );
        await AssertMeteredAsync(ann, "gpt-4o-mini-2024-07-18");
    }

    [ClientFact]
    public async Task Codex_CLI_shows_a_budget_refusal_at_once()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 0);

        var events = await CodexAsync(ann, "Hello");

        var error = Assert.Single(events, item => (string?)item["type"] == "error");
        Assert.Contains("The budget resets at", (string?)error["message"], StringComparison.Ordinal);
        Assert.Equal("turn.failed", (string?)events[^1]["type"]);
        Assert.Empty(ann.Emulator.Calls);
    }

    private static async Task<JsonNode> ClaudeAsync(GatewayUser user, string prompt)
    {
        var output = await InstalledClients.RunAsync(
            user,
            InstalledClients.PathOf("claude"),
            ["-p", prompt, "--model", "claude-haiku-4-5", "--output-format", "json", "--tools", "Read"],
            [
                ("ANTHROPIC_BASE_URL", new Uri(user.App.Address, "/api/gateway/anthropic").ToString()),
                ("ANTHROPIC_AUTH_TOKEN", user.App.Token("ann")),
                ("ANTHROPIC_API_KEY", ""),
                ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
            ]
        );
        return JsonNode.Parse(output.Last(line => line.StartsWith('{')))!;
    }

    private static async Task<IReadOnlyList<JsonNode>> CodexAsync(GatewayUser user, string prompt)
    {
        var baseUrl = new Uri(user.App.Address, "/api/gateway/openai/v1");
        var provider =
            $$"""model_providers.mycoach={name="MyCoach",base_url="{{baseUrl}}",env_key="MYCOACH_TOKEN",wire_api="responses",supports_websockets=true}""";
        string[] settings = ["model_provider=\"mycoach\"", provider];
        var output = await InstalledClients.RunAsync(
            user,
            InstalledClients.PathOf("codex"),
            [
                "exec",
                "--skip-git-repo-check",
                "--json",
                "-m",
                "gpt-4o-mini",
                .. settings.SelectMany(setting => (string[])["-c", setting]),
                prompt,
            ],
            [("MYCOACH_TOKEN", user.App.Token("ann"))]
        );
        return [.. output.Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!)];
    }

    private static async Task AssertMeteredAsync(GatewayUser user, string model)
    {
        var spent = await user.SettledAsync();
        var events = await user.EventsAsync();
        Assert.Equal(2, events.Count);
        Assert.True(spent > 0);
        Assert.Equal(events.Sum(CappedCall.Cents), spent);
        Assert.All(events, usage => Assert.Equal((model, false), ((string?)usage["model"], (bool)usage["estimated"]!)));
    }
}
