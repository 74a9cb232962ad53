using System.Net;
using System.Text;
using MyCoach.Crypto;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>
/// Whose token the gateway accepts, whose key it uses, and how live traffic updates the key's status.
/// </summary>
public sealed partial class GatewayKeyTests(LocalParts parts)
{
    private const string Chat = "/api/gateway/openai/v1/chat/completions";
    private const string Messages = "/api/gateway/anthropic/v1/messages";
    private const string Body = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}""";
    private const string Ask =
        """{"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public async Task The_token_may_be_in_either_header_but_not_differ()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var (mine, others, anonymous) = (ann.App.Token("ann"), ann.App.Token("bob"), ann.App.Anonymous());

        (await SendAsync(("x-api-key", mine))).Is(HttpStatusCode.OK);
        (await SendAsync(("x-api-key", mine), ("Authorization", $"Bearer {mine}"))).Is(HttpStatusCode.OK);
        (await SendAsync(("x-api-key", others), ("Authorization", $"Bearer {mine}"))).IsRefusal(401, "unauthenticated");
        (await SendAsync(("x-api-key", mine), ("Authorization", "Basic YTpi"))).IsRefusal(401, "unauthenticated");
        (await SendAsync(("x-api-key", "nonsense"))).IsRefusal(401, "unauthenticated");
        (await SendAsync(("x-api-key", mine), ("x-api-key", others))).IsRefusal(401, "unauthenticated");
        (await SendAsync(("x-api-key", mine), ("x-api-key", others), ("Authorization", $"Bearer {mine}"))).IsRefusal(
            401,
            "unauthenticated"
        );
        (await SendAsync(("x-api-key", ""), ("Authorization", $"Bearer {mine}"))).Is(HttpStatusCode.OK);
        // Elsewhere the header means nothing.
        (await anonymous.SendAsync(HttpMethod.Get, "/api/settings", headers: [("x-api-key", mine)])).IsProblem(
            401,
            "unauthenticated"
        );

        Task<Answer> SendAsync(params (string, string)[] headers) =>
            anonymous.SendAsync(HttpMethod.Post, Messages, Ask, headers: headers);
    }

    [Fact]
    public async Task A_key_change_applies_at_once_and_elsewhere_within_ten_seconds()
    {
        await using var app = await TestApp.StartAsync(parts);
        await using var other = await TestApp.StartAsync(parts, beside: app);
        var ann = app.As("ann");
        (await AskAsync(app)).IsRefusal(403, "no_api_key");
        (await AskAsync(other)).IsRefusal(403, "no_api_key");

        await ann.PutAsync("/api/keys/openai", new { apiKey = GatewayUser.OpenAiKey });
        (await AskAsync(app)).Is(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        (await AskAsync(other)).Is(HttpStatusCode.OK);

        await ann.PutAsync("/api/keys/openai", new { apiKey = "sk-proj-better-key-0002" });
        (await AskAsync(app)).Is(HttpStatusCode.OK);
        Assert.Equal("Bearer sk-proj-better-key-0002", app.Emulator.Calls.Last().Header("Authorization"));
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        (await AskAsync(other)).Is(HttpStatusCode.OK);
        Assert.Equal("Bearer sk-proj-better-key-0002", app.Emulator.Calls.Last().Header("Authorization"));

        await ann.DeleteAsync("/api/keys/openai");
        (await AskAsync(app)).IsRefusal(403, "no_api_key");
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        (await AskAsync(other)).IsRefusal(403, "no_api_key");
    }

    [Fact]
    public async Task Nothing_of_a_key_reaches_the_caller_or_a_log()
    {
        await using var app = await TestApp.StartAsync(
            parts,
            [
                "Logging:LogLevel:Default=Trace",
                "Logging:LogLevel:Microsoft.AspNetCore=Trace",
                "Logging:LogLevel:Yarp=Trace",
            ]
        );
        using var ann = await GatewayUser.WithKeysAsync(app);
        const string Prompt = "a very private prompt";
        var answers = new StringBuilder();
        foreach (
            var (path, body) in new[]
            {
                (Chat, Body),
                (Messages, Ask),
                (Chat, Body.Replace("\"messages\"", "\"stream\":true,\"messages\"")),
            }
        )
        {
            foreach (var fail in new[] { 0, 429, 500, 401 })
            {
                app.Emulator.Knobs.FailNext(fail == 0 ? 0 : 1, Math.Max(fail, 400));
                var answer = await ann.Api.SendAsync(HttpMethod.Post, path, body.Replace("Hi", Prompt));
                answers.Append(answer.Text).Append(answer.Headers);
            }
            await ann.Api.PostAsync("/api/keys/openai/validate");
            await ann.Api.PostAsync("/api/keys/anthropic/validate");
            app.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Contains(app.Logs.Lines, line => line.StartsWith("Trace", StringComparison.Ordinal));
        foreach (
            var secret in new[] { GatewayUser.OpenAiKey, GatewayUser.AnthropicKey, app.Token("ann"), TestApp.DataKey }
        )
        {
            Assert.DoesNotContain(secret, answers.ToString());
            Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        }
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(Prompt, StringComparison.Ordinal));
        Assert.DoesNotContain("Set-Cookie", answers.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_the_data_key_a_call_says_what_is_missing()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        await using var other = await TestApp.StartAsync(parts, ["API_KEY_ENCRYPTION_KEY="], beside: ann.App);
        var refused = (await AskAsync(other)).IsRefusal(503, "encryption_unavailable");
        Assert.Equal("false", refused.Headers.GetValues("x-should-retry").Single());
    }

    [Theory]
    [InlineData("bob", "openai", "provider-key")]
    [InlineData("ann", "anthropic", "provider-key")]
    [InlineData("ann", "openai", "billing-key")]
    public async Task A_moved_key_is_reported_as_tampering_and_never_sent(string user, string provider, string purpose)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        (await ann.Api.PatchAsync("/api/settings", new { monthlyBudgetCents = 1000 })).Is(HttpStatusCode.OK);
        var row = (await ann.App.RowsAsync("ApiKeys")).Single(row => row is { PartitionKey: "ann", RowKey: "openai" });
        // With the right data key and the right id of it: only the place is another one.
        var place = SecretCipher.AssociatedData(purpose, user, provider, row.GetString("DataKeyId"));
        row["EncryptedKey"] = SecretCipher.Encrypt(
            Convert.FromHexString(TestApp.DataKey),
            GatewayUser.OpenAiKey,
            place
        );
        await ann
            .App.Table("ApiKeys")
            .UpdateEntityAsync(row, Azure.ETag.All, cancellationToken: TestContext.Current.CancellationToken);

        await using var other = await TestApp.StartAsync(parts, beside: ann.App);
        var refused = (await AskAsync(other)).IsRefusal(500, "key_unreadable");
        Assert.Equal("false", refused.Headers.GetValues("x-should-retry").Single());
        (await other.As("ann").PostAsync("/api/keys/openai/validate")).IsProblem(500, "key_unreadable");
        Assert.Empty(ann.Emulator.Calls);
        await other.Logs.SaysAsync(
            "Error ",
            "The stored openai key of ann does not decrypt",
            "its row was changed or moved"
        );
        Assert.Equal(
            (0m, 0m),
            (
                (decimal)(await ann.Api.GetAsync("/api/budget"))["spentUsd"],
                (decimal)(await ann.Api.GetAsync("/api/budget"))["reservedUsd"]
            )
        );

        // Its owner can mend it.
        (await other.As("ann").PutAsync("/api/keys/openai", new { apiKey = GatewayUser.OpenAiKey })).Is(
            HttpStatusCode.OK
        );
        (await AskAsync(other)).Is(HttpStatusCode.OK);
    }

    private static Task<Answer> AskAsync(TestApp app) => app.As("ann").SendAsync(HttpMethod.Post, Chat, Body);

    private static async Task<string?> StatusAsync(GatewayUser user, string provider) =>
        (string?)(await user.Api.GetAsync($"/api/keys/{provider}"))["status"];

    private static PlannedAnswer Error(int status, string text) =>
        PlannedAnswer.Of(Encoding.UTF8.GetBytes(text), status: status);
}
