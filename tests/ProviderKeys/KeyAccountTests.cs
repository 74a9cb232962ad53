using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.ProviderKeys;

/// <summary>The organization, project and region that an OpenAI key is used with.</summary>
public sealed class KeyAccountTests(LocalParts parts)
{
    private const string ApiKey = "sk-proj-good-key-0001";
    private const string Chat = "/api/gateway/openai/v1/chat/completions";
    private const string Body = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public async Task Organization_and_project_go_with_every_call_and_check()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");

        var stored = (
            await ann.PutAsync(
                "/api/keys/openai",
                new
                {
                    apiKey = ApiKey,
                    organization = "org-AbC123",
                    project = "proj_XyZ789",
                }
            )
        ).Is(HttpStatusCode.Created);

        Assert.Equal(("org-AbC123", "proj_XyZ789", null), AccountOf(stored));
        Assert.Equal(("org-AbC123", "proj_XyZ789", null), AccountOf(await ann.GetAsync("/api/keys/openai")));
        (await ann.PostAsync("/api/keys/openai/validate")).Is(HttpStatusCode.OK);
        (
            await ann.SendAsync(
                HttpMethod.Post,
                Chat,
                Body,
                headers: [("OpenAI-Organization", "org-another"), ("OpenAI-Project", "proj_another")]
            )
        ).Is(HttpStatusCode.OK);
        (await ann.GetAsync("/api/gateway/openai/v1/models")).Is(HttpStatusCode.OK);
        Assert.Equal(4, app.Emulator.Calls.Count);
        Assert.All(
            app.Emulator.Calls,
            call =>
                Assert.Equal(
                    ("org-AbC123", "proj_XyZ789"),
                    (call.Header("OpenAI-Organization"), call.Header("OpenAI-Project"))
                )
        );
        var export = (await ann.GetAsync("/api/account/export")).Is(HttpStatusCode.OK);
        Assert.Equal("proj_XyZ789", (string?)export["keys"].AsArray().Single()!["project"]);

        // What a new key does not state is gone.
        app.Emulator.ClearCalls();
        var replaced = (await ann.PutAsync("/api/keys/openai", new { apiKey = ApiKey })).Is(HttpStatusCode.OK);
        Assert.Equal((null, null, null), AccountOf(replaced));
        (await ann.SendAsync(HttpMethod.Post, Chat, Body)).Is(HttpStatusCode.OK);
        Assert.All(app.Emulator.Calls, call => Assert.Null(call.Header("OpenAI-Organization")));
    }

    [Theory]
    [InlineData("organization", "\"acme\"")]
    [InlineData("organization", "\"\"")]
    [InlineData("organization", "\"org-\"")]
    [InlineData("organization", "\"org-a b\"")]
    [InlineData("organization", "\"org-a\\r\\nx: y\"")]
    [InlineData("organization", "7")]
    [InlineData("project", "\"org-AbC123\"")]
    [InlineData("project", "\"proj-AbC123\"")]
    [InlineData("region", "\"mars\"")]
    [InlineData("region", "\"EU\"")]
    [InlineData("region", "\"eu.api.openai.com\"")]
    public async Task A_malformed_account_is_refused(string member, string value)
    {
        await using var app = await TestApp.StartAsync(parts, ["Providers:openai:BaseUrl="]);
        (
            await app.As("ann").PutAsync("/api/keys/openai", $$"""{"apiKey":"{{ApiKey}}","{{member}}":{{value}}}""")
        ).Blames(member);
        Assert.DoesNotContain("ApiKeys", await app.TablesAsync());
    }

    [Theory]
    [InlineData("organization", "org-AbC123")]
    [InlineData("project", "proj_AbC123")]
    [InlineData("region", "eu")]
    public async Task Anthropics_keys_have_no_account(string member, string value)
    {
        await using var app = await TestApp.StartAsync(parts);
        var refused = (
            await app.As("ann")
                .PutAsync(
                    "/api/keys/anthropic",
                    $$"""{"apiKey":"sk-ant-api03-good-key-0001","{{member}}":"{{value}}"}"""
                )
        ).Blames(member);
        Assert.Equal("is not a field of this request", (string?)refused["errors"][member]![0]);
        Assert.Empty(app.Emulator.Calls);
    }

    [Fact]
    public async Task A_region_selects_the_host_of_calls_and_checks()
    {
        using var provider = new Rehosting();
        await using var app = await TestApp.StartAsync(parts, ["Providers:openai:BaseUrl="], configure: provider.Serve);
        provider.Emulator = app.Emulator.OpenAiBaseUrl;
        var ann = app.As("ann");

        var stored = await ann.PutAsync("/api/keys/openai", new { apiKey = ApiKey, region = "eu" });
        Assert.Equal((null, null, "eu"), AccountOf(stored.Is(HttpStatusCode.Created)));
        (await ann.SendAsync(HttpMethod.Post, Chat, Body)).Is(HttpStatusCode.OK);
        (await ann.PostAsync("/api/keys/openai/validate")).Is(HttpStatusCode.OK);
        Assert.Equal(Enumerable.Repeat("https://eu.api.openai.com", 3), provider.Hosts);

        provider.Hosts.Clear();
        await ann.PutAsync("/api/keys/openai", new { apiKey = ApiKey });
        (await ann.SendAsync(HttpMethod.Post, Chat, Body)).Is(HttpStatusCode.OK);
        Assert.Equal(Enumerable.Repeat("https://api.openai.com", 2), provider.Hosts);

        // A row that was changed in storage cannot send the key elsewhere.
        var row = Assert.Single(await app.RowsAsync("ApiKeys"));
        row["Region"] = "evil.example/";
        await app.Table("ApiKeys")
            .UpdateEntityAsync(row, Azure.ETag.All, cancellationToken: TestContext.Current.CancellationToken);
        provider.Hosts.Clear();
        (await ann.PostAsync("/api/keys/openai/validate")).Is(HttpStatusCode.OK);
        Assert.Equal(["https://api.openai.com"], provider.Hosts);
    }

    [Fact]
    public async Task An_operators_own_address_has_no_regions()
    {
        await using var app = await TestApp.StartAsync(parts);
        var refused = (await app.As("ann").PutAsync("/api/keys/openai", new { apiKey = ApiKey, region = "eu" })).Blames(
            "region"
        );
        Assert.Contains("the operator has set the address", refused.Text, StringComparison.Ordinal);
        Assert.Empty(app.Emulator.Calls);
    }

    private static (string?, string?, string?) AccountOf(Answer key) =>
        ((string?)key.Body!["organization"], (string?)key.Body["project"], (string?)key.Body["region"]);
}
