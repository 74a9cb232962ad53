using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Usage;

/// <summary>Which deletions and replacements of events are allowed.</summary>
public sealed class DeletionConditionTests(LocalParts parts)
{
    private const string Address = "/api/usage/202611-call-1";

    private static readonly object Event = new
    {
        id = "call-1",
        provider = "anthropic",
        model = "claude-sonnet-4-20250514",
        inputTokens = 1000,
        outputTokens = 500,
        conversationId = "talk",
        agentId = "coach",
    };

    [Fact]
    public async Task The_id_of_a_deleted_event_cannot_be_used_again()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created);
        (await ann.DeleteAsync(Address)).Is(HttpStatusCode.NoContent);

        var refused = (await ann.PostAsync("/api/usage", Event)).IsProblem(409, "conflict");

        Assert.Equal("202611-call-1", (string?)refused["eventId"]);
        Assert.Contains("deleted", (string?)refused["errors"]["id"]![0], StringComparison.Ordinal);
        Assert.Equal(0, (decimal)(await ann.GetAsync("/api/budget"))["spentUsd"]);
    }

    [Fact]
    public async Task If_Match_decides_whether_the_event_is_deleted()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var created = (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created);

        (await ann.DeleteAsync(Address, "\"other\"")).IsProblem(412, "precondition_failed");
        Assert.Equal(1, (int)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
        (await ann.DeleteAsync(Address, created.ETag)).Is(HttpStatusCode.NoContent);
        Assert.NotEqual(created.ETag, (await ann.GetAsync(Address)).ETag);
    }

    [Fact]
    public async Task A_repeated_deletion_with_its_condition_is_done_already()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var tag = (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created).ETag;
        (await ann.DeleteAsync(Address, tag)).Is(HttpStatusCode.NoContent);
        (await ann.DeleteAsync(Address, tag)).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_batch_replaces_no_event_of_the_same_batch()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var replacing = new
        {
            id = "call-2",
            replaces = "202611-call-1",
            provider = "openai",
            model = "gpt-4o",
            inputTokens = 1,
            outputTokens = 1,
        };
        (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created);
        (await ann.PostAsync("/api/usage", new { events = new[] { Event, replacing } })).Blames("events[1].replaces");
    }

    [Theory]
    [InlineData("/api/usage/202611-none", 404, "not_found")]
    [InlineData("/api/usage/202610-call-1", 404, "not_found")]
    [InlineData("/api/usage/nonsense", 400, "invalid_request")]
    public async Task An_unknown_event_cannot_be_deleted(string path, int status, string code)
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("ann").PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created);

        (await app.As("ann").DeleteAsync(path)).IsProblem(status, code);
        (await app.As("ben").DeleteAsync(Address)).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task An_event_of_the_gateway_cannot_be_deleted_or_replaced()
    {
        await using var user = await GatewayUser.StartAsync(parts);
        await user.Api.PostAsync(
            "/api/gateway/openai/v1/chat/completions",
            new { model = "gpt-4o-mini", messages = new[] { new { role = "user", content = "Hello" } } }
        );
        var id = (string)(await user.Api.GetAsync("/api/usage"))["events"][0]!["id"]!;

        (await user.Api.DeleteAsync($"/api/usage/{id}")).IsProblem(409, "conflict");
        (
            await user.Api.PostAsync(
                "/api/usage",
                new
                {
                    id = "x",
                    provider = "openai",
                    model = "gpt-4o",
                    inputTokens = 1,
                    outputTokens = 1,
                    replaces = id,
                }
            )
        ).Blames("replaces");

        Assert.Equal(1, (int)(await user.Api.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }
}
