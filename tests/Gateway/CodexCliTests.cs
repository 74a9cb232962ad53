using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>Refusals that Codex CLI shows at once. It repeats a call after any other status.</summary>
public sealed class CodexCliTests(LocalParts parts)
{
    private const string Responses = "/api/gateway/openai/v1/responses";
    private const string Body = """{"model":"gpt-4o-mini","stream":true,"input":"Hi"}""";

    [Theory]
    [InlineData("originator", "codex_cli_rs")]
    [InlineData("originator", "codex_vscode")]
    [InlineData("User-Agent", "codex_exec/0.171.0 (Debian 12.0.0; x86_64) xterm")]
    public async Task A_budget_refusal_of_Codex_is_400_with_its_message(string header, string value)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 0);

        var spent = (await SendAsync(ann.Api, Body, (header, value))).IsRefusal(400, "budget_exceeded");
        Assert.Equal(
            ("budget_exceeded", "insufficient_quota"),
            ((string?)spent["error"]["code"], (string?)spent["error"]["type"])
        );
        Assert.Contains("The budget resets at", (string?)spent["error"]["message"], StringComparison.Ordinal);
        var shell = Body.Replace("\"input\"", """ "tools":[{"type":"shell"}],"input" """);
        (await SendAsync(ann.Api, shell, (header, value))).IsRefusal(400, "cost_unbounded");
        (await SendAsync(ann.Api, Body.Replace("gpt-4o-mini", "gpt-unheard-of"), (header, value))).IsRefusal(
            400,
            "model_unpriced"
        );
        Assert.Empty(ann.Emulator.Calls);
    }

    [Fact]
    public async Task Other_final_refusals_of_Codex_are_400_too()
    {
        await using var app = await TestApp.StartAsync(parts);
        (string, string) codex = ("originator", "codex_exec");

        (await SendAsync(app.As("ann"), Body, codex)).IsRefusal(400, "no_api_key");
        (await SendAsync(app.Anonymous(), Body, codex)).IsRefusal(400, "unauthenticated");
        using var bob = await GatewayUser.WithKeysAsync(app, "bob");
        app.Emulator.Knobs.FailNext(1, 401);
        (await SendAsync(bob.Api, Body, codex)).IsRefusal(400, "key_rejected");
        (
            await bob.Api.SendAsync(
                HttpMethod.Get,
                Responses,
                headers: [codex, ("Connection", "Upgrade"), ("Upgrade", "websocket")]
            )
        ).IsRefusal(426, "websocket_not_supported");
    }

    [Fact]
    public async Task A_refusal_that_may_pass_keeps_its_status()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.RedirectNext(1, ann.Emulator.OpenAiBaseUrl);
        (await SendAsync(ann.Api, Body, ("originator", "codex_exec"))).IsRefusal(502, "provider_unreachable");
    }

    [Fact]
    public async Task Other_callers_get_402()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 0);
        (await SendAsync(ann.Api, Body, ("User-Agent", "my-codex/1"))).IsRefusal(402, "budget_exceeded");
    }

    private static Task<Answer> SendAsync(ApiClient caller, string body, (string Name, string Value) header) =>
        caller.SendAsync(HttpMethod.Post, Responses, body, headers: [header]);
}
