using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Clients;

/// <summary>
/// Tool loops of three steps as programs make them with the Vercel AI SDK and the OpenAI Agents SDK, pointed at the gateway
/// as docs/clients.md says. The strict budgets cover no call that counts as the model's whole input.
/// </summary>
public sealed class ToolLoopTests(LocalParts parts)
{
    private const string Prompt = "Please use the tool twice";

    // Cents per million tokens. Each answer of GPT may cost 1.6 cents, and a whole input 3.2; each answer of Claude 32.
    private static readonly (string Model, string Answered, int Input, int Output, int Budget) Gpt = (
        "gpt-4o-mini",
        "gpt-4o-mini-2024-07-18",
        15,
        60,
        3
    );

    private static readonly (string Model, string Answered, int Input, int Output, int Budget) Claude = (
        "claude-haiku-4-5",
        "claude-haiku-4-5-20251001",
        100,
        500,
        50
    );

    [ClientTheory]
    [InlineData("openai", "strict", false)]
    [InlineData("openai", "strict", true)]
    [InlineData("openai", "flexible", false)]
    [InlineData("anthropic", "strict", true)]
    [InlineData("anthropic", "flexible", false)]
    public async Task AI_SDK_runs_a_tool_loop_under_a_budget(string provider, string budgetMode, bool streams)
    {
        var model = provider == "openai" ? Gpt : Claude;
        await using var ann = await StartAsync(model.Budget, budgetMode);
        var output = await InstalledClients.RunScriptAsync(
            ann,
            "ai-sdk.mjs",
            [provider, model.Model, Prompt, streams ? "true" : "false"],
            Settings(ann, provider)
        );
        await AssertChargedAsync(ann, output, model);
    }

    [ClientTheory]
    [InlineData("strict", false)]
    [InlineData("strict", true)]
    [InlineData("flexible", false)]
    public async Task Agents_SDK_runs_a_tool_loop_under_a_budget(string budgetMode, bool streams)
    {
        await using var ann = await StartAsync(Gpt.Budget, budgetMode);
        var output = await InstalledClients.RunScriptAsync(
            ann,
            "agents-sdk.mjs",
            [Gpt.Model, Prompt, streams ? "true" : "false"],
            Settings(ann, "openai")
        );
        await AssertChargedAsync(ann, output, Gpt);
    }

    private async Task<GatewayUser> StartAsync(int cents, string budgetMode)
    {
        var ann = await BudgetedUser.StartAsync(parts, cents);
        (await ann.Api.PatchAsync("/api/settings", new { budgetMode })).Is(HttpStatusCode.OK);
        return ann;
    }

    private static (string, string)[] Settings(GatewayUser user, string provider) =>
        [
            ("BASE_URL", new Uri(user.App.Address, $"/api/gateway/{provider}/v1").ToString()),
            ("TOKEN", user.App.Token("ann")),
        ];

    private static async Task AssertChargedAsync(
        GatewayUser user,
        IReadOnlyCollection<string> output,
        (string Model, string Answered, int Input, int Output, int Budget) model
    )
    {
        var line = output.LastOrDefault(line => line.StartsWith('{'));
        Assert.True(line is not null, string.Join('\n', output));
        var result = JsonNode.Parse(line)!;
        Assert.Equal((3, 2), ((int)result["steps"]!, (int)result["toolCalls"]!));
        Assert.Equal($"You said: {Prompt} That is all I know.", (string?)result["text"]);

        var cents =
            (((decimal)result["inputTokens"]! * model.Input) + ((decimal)result["outputTokens"]! * model.Output))
            / 1_000_000;
        Assert.Equal(cents, await user.SettledAsync());
        var events = await user.EventsAsync();
        Assert.Equal(3, events.Count);
        Assert.Equal(cents, events.Sum(CappedCall.Cents));
        Assert.All(
            events,
            usage => Assert.Equal((model.Answered, false), ((string?)usage["model"], (bool)usage["estimated"]!))
        );
    }
}
