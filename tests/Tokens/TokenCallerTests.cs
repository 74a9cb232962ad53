using System.Net;
using MyCoach.Auth;
using MyCoach.Dev;
using MyCoach.Tests.Accounts;
using MyCoach.Tests.Support;
using MyCoach.Users;

namespace MyCoach.Tests.Tokens;

/// <summary>What a caller with a token reaches, and who is refused.</summary>
public sealed class TokenCallerTests(LocalParts parts)
{
    [Fact]
    public async Task A_token_reaches_what_its_scopes_name_and_nothing_else()
    {
        await using var app = await TestApp.StartAsync(parts, [AccountStory.NoTimer]);
        var ann = await GatewayUser.WithKeysAsync(app);
        var gateway = app.With((await ann.Api.CreateAsync()).Text);
        var reader = app.With((await ann.Api.CreateAsync(new { name = "report", scopes = TokenSteps.ReadUsage })).Text);

        (await gateway.ChatAsync()).Is(HttpStatusCode.OK);
        (await reader.ChatAsync()).IsRefusal(403, "forbidden");
        string[] readable = ["/api/usage", "/api/usage/summary", "/api/usage/export", "/api/usage/x"];
        foreach (var (method, path) in AccountStory.EndpointsBehindTheFence(app).Where(IsApi))
        {
            var isReadable = method == HttpMethod.Get && readable.Contains(path);
            var answer = await reader.SendAsync(method, path);
            Assert.True(isReadable == (answer.Status != HttpStatusCode.Forbidden), $"{method} {path}: {answer.Text}");
            (await gateway.SendAsync(method, path)).IsProblem(403, "forbidden");
        }
        foreach (
            var (method, path) in new[]
            {
                ("GET", "/api/account"),
                ("DELETE", "/api/account"),
                ("GET", "/api/admin/prices"),
            }
        )
        {
            (await gateway.SendAsync(new HttpMethod(method), path)).IsProblem(403, "forbidden");
            (await reader.SendAsync(new HttpMethod(method), path)).IsProblem(403, "forbidden");
        }
        (await gateway.SendAsync(HttpMethod.Get, "/api/usage", headers: [("X-MyCoach-User", "bob")])).IsProblem(
            403,
            "forbidden"
        );

        static bool IsApi((HttpMethod Method, string Path) endpoint) =>
            !endpoint.Path.StartsWith("/api/gateway/", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forged_and_truncated_tokens_are_refused_with_the_reason()
    {
        await using var app = await TestApp.StartAsync(parts);
        await GatewayUser.WithKeysAsync(app);
        var (id, text) = await app.As("ann").CreateAsync();
        var forged = TokenText.Create(UserId.TryCreate("ann")!, id).Value;
        var elsewhere = TokenText.Create(UserId.TryCreate("bob")!, id).Value;

        foreach (var wrong in new[] { forged, elsewhere })
        {
            var answer = await app.With(wrong).ChatAsync();
            answer.IsRefusal(401, "unauthenticated");
            Assert.Contains("does not exist", answer.Text, StringComparison.Ordinal);
        }
        var truncated = await app.With(text[..^3]).ChatAsync();
        truncated.IsRefusal(401, "unauthenticated");
        Assert.Contains("checksum", truncated.Text, StringComparison.Ordinal);
        Assert.Contains("invalid_token", truncated.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        var both = await app.With(app.Token("ann")).ChatAsync(headers: ("x-api-key", text));
        both.IsRefusal(401, "unauthenticated");
        Assert.Contains("two different tokens", both.Text, StringComparison.Ordinal);
        (await app.Anonymous().ChatAsync(headers: ("x-api-key", text))).Is(HttpStatusCode.OK);
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(text[38..81], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Exports_with_a_token_count_apart_and_show_as_the_tokens()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var (_, text) = await ann.CreateAsync(new { name = "report", scopes = TokenSteps.ReadUsage });
        (await app.With(text).GetAsync("/api/usage/export")).Is(HttpStatusCode.OK);

        var activity = (await ann.GetAsync("/api/account/activity"))["activity"].AsArray();
        Assert.Equal(
            [("token_created", "user"), ("usage_exported", "token")],
            activity.Select(entry => ((string)entry!["action"]!, (string)entry["by"]!)).Order()
        );
        var limits = await app.RowsAsync("KeyChecks");
        Assert.Equal(
            [UserLimit.TokenExports.RowKey, UserLimit.TokenChanges.RowKey],
            limits.Select(row => row.RowKey).Order()
        );
    }

    [Fact]
    public async Task Without_storage_a_token_is_503_and_open_addresses_answer()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var (_, text) = await app.As("ann").CreateAsync();
        proxy.Fault = _ => StorageFault.Busy;

        (await app.With(text).ChatAsync()).IsRefusal(503, "storage_unavailable");
        (await app.With(text).GetAsync("/api/openapi.json")).Is(HttpStatusCode.OK);
    }
}
