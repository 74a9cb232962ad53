using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Usage;

/// <summary>An id that is posted again: the same content is a repetition, other content is a conflict.</summary>
public sealed class RepetitionTests(LocalParts parts)
{
    private const string First =
        """{"id":"x","provider":"openai","model":"gpt-4o","inputTokens":1000,"outputTokens":10,"cachedInputTokens":5,"conversationId":"talk","agentId":"coach","serviceTier":"priority","webSearches":2,"createdAt":"2026-11-15T11:00:00Z"}""";

    [Theory]
    [InlineData("provider", "anthropic")]
    [InlineData("model", "gpt-4o-2024-08-06")]
    [InlineData("inputTokens", 1001)]
    [InlineData("outputTokens", 11)]
    [InlineData("cachedInputTokens", 4)]
    [InlineData("cacheWriteTokens", 1)]
    [InlineData("conversationId", "walk")]
    [InlineData("conversationId", null)]
    [InlineData("agentId", "poet")]
    [InlineData("agentId", null)]
    [InlineData("serviceTier", null)]
    [InlineData("webSearches", 3)]
    [InlineData("codeInterpreterSessions", 1)]
    [InlineData("createdAt", "2026-11-15T11:00:00.001Z")]
    public async Task Other_content_is_a_conflict_that_names_the_first_event(string member, object? value)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var first = (await ann.PostAsync("/api/usage", First)).Is(HttpStatusCode.Created);

        var answer = (await ann.PostAsync("/api/usage", With(member, value))).IsProblem(409, "conflict");

        Assert.Equal("202611-x", (string?)answer["eventId"]);
        Assert.Contains("202611-x", (string?)answer["errors"]["id"]![0], StringComparison.Ordinal);
        var stored = (await ann.GetAsync("/api/usage/202611-x")).Is(HttpStatusCode.OK);
        Assert.Equal((decimal)first["costUsd"], (decimal)stored["costUsd"]);
        Assert.Equal(1, (int)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    [Theory]
    [InlineData("createdAt", null)]
    [InlineData("createdAt", "2026-11-15T12:00:00+01:00")]
    [InlineData("cacheWriteTokens", 0)]
    [InlineData("fileSearches", 0)]
    [InlineData("speed", null)]
    public async Task The_same_content_in_other_words_is_a_repetition(string member, object? value)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var first = (await ann.PostAsync("/api/usage", First)).Is(HttpStatusCode.Created);
        Assert.Equal("created", (string?)first["outcome"]);

        var again = (await ann.PostAsync("/api/usage", With(member, value))).Is(HttpStatusCode.OK);

        Assert.Equal("repeated", (string?)again["outcome"]);
        first.Body!["outcome"] = "repeated";
        Assert.Equal(first.Body.ToJsonString(), again.Body!.ToJsonString());
        Assert.Equal(first.ETag, again.ETag);
        Assert.Equal(1, (int)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    [Fact]
    public async Task A_repetition_is_recognised_after_its_conversation_was_deleted()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", First)).Is(HttpStatusCode.Created);
        (await ann.DeleteAsync("/api/conversations/talk")).Is(HttpStatusCode.NoContent);

        var again = (await ann.PostAsync("/api/usage", First)).Is(HttpStatusCode.OK);

        Assert.Null(again.Body!["conversationId"]);
    }

    [Fact]
    public async Task A_conflict_in_a_batch_is_named_and_the_other_events_are_recorded()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", First)).Is(HttpStatusCode.Created);
        var batch = new
        {
            events = new[] { Request.Event("y"), JsonNode.Parse(With("inputTokens", 7))!, Request.Event("z") },
        };

        var answer = (await ann.PostAsync("/api/usage", batch)).IsProblem(409, "conflict");

        Assert.Equal("events[1].id", Assert.Single(answer["errors"].AsObject()).Key);
        Assert.Equal("202611-x", (string?)answer["eventId"]);
        Assert.Equal(3, (int)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
        (await ann.PostAsync("/api/usage", batch)).IsProblem(409, "conflict");
        Assert.Equal(3, (int)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    [Fact]
    public async Task After_the_end_of_a_month_other_content_is_a_conflict_too()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        app.Clock.SetUtcNow(new(2026, 11, 30, 23, 59, 59, TimeSpan.Zero));
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        var answer = await ann.PostAsync("/api/usage", Request.Event("call-1", outputTokens: 1));

        Assert.Equal("202611-call-1", (string?)answer.IsProblem(409, "conflict")["eventId"]);
        Assert.Equal(0, (int)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    private static string With(string member, object? value)
    {
        var usage = JsonNode.Parse(First)!.AsObject();
        usage[member] = value switch
        {
            int number => number,
            string text => text,
            _ => null,
        };
        return usage.ToJsonString();
    }
}
