using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Usage;

public sealed class EventTimeTests(LocalParts parts)
{
    [Fact]
    public async Task A_stated_time_decides_the_month()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var answer = await ann.PostAsync(
            "/api/usage",
            """{"id":"x","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1,"createdAt":"2026-11-01T01:30:00+02:00"}"""
        );

        Assert.Equal("202610-x", (string?)answer.Is(HttpStatusCode.Created)["id"]);
        Assert.Equal("2026-10-31T23:30:00Z", (string?)answer["createdAt"]);
        Assert.Equal(1, (long)(await ann.GetAsync("/api/usage/summary?month=2026-10"))["totals"]["requests"]!);
    }

    [Theory]
    [InlineData("2026-10-11T11:59:59Z")]
    [InlineData("2026-11-15T12:05:01Z")]
    [InlineData("2026-11-15T12:00:00")]
    [InlineData("2026-11-15")]
    [InlineData("now")]
    public async Task A_time_out_of_bounds_or_without_a_zone_is_refused(string createdAt)
    {
        await using var app = await TestApp.StartAsync(parts);
        var answer = await app.As("ann")
            .PostAsync(
                "/api/usage",
                new
                {
                    provider = "openai",
                    model = "gpt-4o",
                    inputTokens = 1,
                    outputTokens = 1,
                    createdAt,
                }
            );

        answer.Blames("createdAt");
    }
}
