using System.Net;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Ledger;

/// <summary>Calls that are sent before a month's end and repeated after it.</summary>
public sealed class MonthsEndTests(LocalParts parts)
{
    private static readonly DateTimeOffset BeforeMidnight = new(2026, 11, 30, 23, 59, 59, TimeSpan.Zero);

    [Theory]
    [InlineData(2)]
    [InlineData(60 * 60 * 23)]
    public async Task A_call_repeated_in_the_new_month_counts_in_the_old_one(int secondsLater)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        app.Clock.SetUtcNow(BeforeMidnight);
        (await ann.PostAsync("/api/usage", Request.Event("x"))).Is(HttpStatusCode.Created);
        app.Clock.Advance(TimeSpan.FromSeconds(secondsLater));

        Assert.Equal(
            "202611-x",
            (string?)(await ann.PostAsync("/api/usage", Request.Event("x"))).Is(HttpStatusCode.OK)["id"]
        );
        var batch = await ann.PostAsync(
            "/api/usage",
            new { events = new[] { Request.Event("y"), Request.Event("x") } }
        );

        Assert.Equal(
            "202612-y 202611-x",
            string.Join(' ', batch["events"].AsArray().Select(usage => (string)usage!["id"]!))
        );
        Assert.Equal(
            "created repeated",
            string.Join(' ', batch["events"].AsArray().Select(usage => (string)usage!["outcome"]!))
        );
        await AssertRequestsAsync(ann, november: 1, december: 1);
    }

    [Fact]
    public async Task An_attempt_running_at_midnight_counts_once()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var slow = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        await using var app = await TestApp.StartAsync(parts, beside: slow);
        slow.Clock.SetUtcNow(BeforeMidnight);
        (await slow.As("ann").PostAsync("/api/usage", Request.Event("warm-up"))).Is(HttpStatusCode.Created);
        var (held, reached) = (new TaskCompletionSource(), new TaskCompletionSource());
        proxy.Hold = call =>
        {
            reached.TrySetResult();
            return call.IsTransaction ? held.Task : Task.CompletedTask;
        };
        var first = slow.As("ann").PostAsync("/api/usage", Request.Event("x"));
        await reached.ReachedAsync();
        slow.Clock.Advance(TimeSpan.FromSeconds(2));

        var repeated = (await app.As("ann").PostAsync("/api/usage", Request.Event("x"))).Is(HttpStatusCode.Created);
        held.SetResult();

        Assert.Equal("202612-x", (string?)repeated["id"]);
        Assert.Equal("202612-x", (string?)(await first).Is(HttpStatusCode.OK)["id"]);
        await AssertRequestsAsync(app.As("ann"), november: 1, december: 1);
        (await app.As("ann").GetAsync("/api/usage/202611-x")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task An_id_reserved_for_an_event_that_never_came_can_be_recorded()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        app.Clock.SetUtcNow(BeforeMidnight.AddMinutes(1));
        proxy.Fault = call => call.IsTransaction ? StorageFault.Busy : StorageFault.None;
        (await ann.PostAsync("/api/usage", Request.Event("x"))).IsProblem(503, "storage_unavailable");
        proxy.Fault = _ => StorageFault.None;
        const string InNovember =
            """{"id":"x","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1,"createdAt":"2026-11-30T23:59:59Z"}""";

        (await ann.PostAsync("/api/usage", InNovember)).IsProblem(503, "storage_unavailable");
        app.Clock.Advance(TimeSpan.FromMinutes(30));

        (await ann.PostAsync("/api/usage", InNovember)).Is(HttpStatusCode.Created);
        await AssertRequestsAsync(ann, november: 1, december: 0);
    }

    [Fact]
    public async Task After_a_day_the_id_can_be_used_again()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        app.Clock.SetUtcNow(BeforeMidnight);
        await ann.PostAsync("/api/usage", Request.Event("x"));
        app.Clock.Advance(TimeSpan.FromHours(25));

        (await ann.PostAsync("/api/usage", Request.Event("x"))).Is(HttpStatusCode.Created);

        await AssertRequestsAsync(ann, november: 1, december: 1);
    }

    private static async Task AssertRequestsAsync(ApiClient user, int november, int december)
    {
        Assert.Equal(november, (int)(await user.GetAsync("/api/usage/summary?month=2026-11"))["totals"]["requests"]!);
        Assert.Equal(december, (int)(await user.GetAsync("/api/usage/summary?month=2026-12"))["totals"]["requests"]!);
    }
}
