using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Usage;

public sealed class RecordingTests(LocalParts parts)
{
    private static readonly (string Provider, string Model)[] SevenModels =
    [
        ("anthropic", "claude-sonnet-4-20250514"),
        ("anthropic", "claude-haiku-3-20250414"),
        ("anthropic", "claude-sonnet-4"),
        ("anthropic", "claude-haiku-4.5"),
        ("anthropic", "claude-opus-4.6"),
        ("openai", "gpt-4o"),
        ("openai", "gpt-4o-mini"),
    ];

    [Fact]
    public async Task A_recorded_call_comes_back_priced()
    {
        await using var app = await TestApp.StartAsync(parts);
        var answer = (await app.As("ann").PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);

        Assert.Equal("/api/usage/202611-call-1", answer.Headers.Location?.ToString());
        Assert.Equal("202611-call-1", (string?)answer["id"]);
        Assert.Equal(105, (long)answer["estimatedCostCents"]);
        Assert.Equal(0.0105m, (decimal)answer["costUsd"]);
        Assert.True((bool)answer["priced"]);
        Assert.False((bool)answer["priceEstimated"]);
        Assert.Equal("2026-11-15T12:00:00Z", (string?)answer["createdAt"]);
        Assert.NotNull(answer.ETag);
        Assert.Equal(answer.ETag, (await app.As("ann").GetAsync("/api/usage/202611-call-1")).ETag);
    }

    [Fact]
    public async Task A_model_without_a_price_costs_nothing_and_says_so()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var answer = (await ann.PostAsync("/api/usage", Request.Event("call-1", "an-unknown-model"))).Is(
            HttpStatusCode.Created
        );

        Assert.Equal(0, (long)answer["estimatedCostCents"]);
        Assert.False((bool)answer["priced"]);
        Assert.Null((await ann.GetAsync("/api/usage/202611-call-1")).Is(HttpStatusCode.OK).Body!["receipt"]);
        Assert.Equal(1, (long)(await ann.GetAsync("/api/usage/summary"))["totals"]["unpricedRequests"]!);
    }

    [Fact]
    public async Task The_receipt_adds_up_to_the_cost()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PostAsync(
            "/api/usage",
            new
            {
                id = "call-1",
                provider = "anthropic",
                model = "claude-sonnet-4-20250514",
                inputTokens = 1000,
                outputTokens = 500,
                cachedInputTokens = 300,
                cacheWriteTokens = 200,
            }
        );
        var answer = (await ann.GetAsync("/api/usage/202611-call-1")).Is(HttpStatusCode.OK);

        var charges = answer["receipt"]["charges"]!.AsArray();
        Assert.Equal(
            ["input", "cachedInput", "cacheWrite", "output"],
            charges.Select(charge => (string?)charge!["kind"])
        );
        Assert.Equal([500L, 300, 200, 500], charges.Select(charge => (long)charge!["tokens"]!));
        Assert.Equal([300m, 30, 375, 1500], charges.Select(charge => (decimal)charge!["centsPerMTok"]!));
        Assert.Equal((decimal)answer["costUsd"], charges.Sum(charge => (decimal)charge!["costUsd"]!));
        Assert.Equal((decimal)answer["costUsd"], (decimal)answer["receipt"]["totalUsd"]!);
        Assert.Equal("2025-05-14", (string?)answer["receipt"]["effectiveFrom"]);
        Assert.Equal("seed", (string?)answer["receipt"]["source"]);
    }

    [Fact]
    public async Task A_hundred_calls_at_once_over_seven_models_are_all_counted_exactly()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(i => SevenModels[i % 7])
                .Select(
                    (pair, i) =>
                        ann.PostAsync(
                            "/api/usage",
                            Request.Event($"call-{i}", pair.Model, pair.Provider, 1000 + i, 10 * i)
                        )
                )
        );

        Assert.All(answers, answer => answer.Is(HttpStatusCode.Created));
        await AssertBooksBalance(app, "ann", 100);
        var groups = (await ann.GetAsync("/api/usage/summary?groupBy=servedModel"))["groups"].AsArray();
        Assert.Equal(
            SevenModels.Select(pair => pair.Model).Order(),
            groups.Select(group => (string)group!["key"]!).Order()
        );
    }

    [Fact]
    public async Task Three_instances_share_one_ledger()
    {
        await using var first = await TestApp.StartAsync(parts);
        await using var second = await TestApp.StartAsync(parts, beside: first);
        await using var third = await TestApp.StartAsync(parts, beside: first);
        var clients = new[] { first, second, third }.Select(app => app.As("ann")).ToArray();
        for (var i = 0; i < 10; i++)
        {
            Assert.All(
                await Task.WhenAll(
                    clients.Select((client, c) => client.PostAsync("/api/usage", Request.Event($"call-{i}-{c}")))
                ),
                answer => answer.Is(HttpStatusCode.Created)
            );
        }

        await AssertBooksBalance(first, "ann", 30);
    }

    [Fact]
    public async Task The_same_id_eight_times_at_once_with_other_content_is_a_conflict()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i => ann.PostAsync("/api/usage", Request.Event("same", inputTokens: 1000 + i)))
        );

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.Created),
            answer => Assert.Equal("202611-same", (string?)answer.IsProblem(409, "conflict")["eventId"])
        );
        await AssertBooksBalance(app, "ann", 1);
    }

    [Fact]
    public async Task Eight_identical_concurrent_posts_create_one_event()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => ann.PostAsync("/api/usage", Request.Event("same")))
        );

        var created = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal("created", (string?)created["outcome"]);
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        created.Body!["outcome"] = "repeated";
        Assert.All(
            answers.Where(answer => answer != created),
            answer =>
                Assert.True(
                    JsonNode.DeepEquals(created.Body, answer.Body),
                    "A repetition answers with the first event."
                )
        );
        await AssertBooksBalance(app, "ann", 1);
    }

    [Fact]
    public async Task A_call_repeated_after_midnight_of_the_first_counts_once()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        app.Clock.SetUtcNow(new(2026, 11, 30, 23, 59, 59, TimeSpan.Zero));
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        var repeated = (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.OK);

        Assert.Equal("202611-call-1", (string?)repeated["id"]);
        Assert.Equal(0, (long)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
        app.Clock.Advance(TimeSpan.FromHours(24));
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
    }

    /// <summary>Ledger = Σ events = Σ day rows, in every column, and in the API's answers.</summary>
    private static async Task AssertBooksBalance(TestApp app, string user, int requests)
    {
        var rows = (await app.RowsAsync("Usage")).Where(row => row.PartitionKey == $"{user}_202611").ToArray();
        var ledger = Totals.Read(rows.Single(row => row.RowKey == "ledger"));
        var events = Sum(
            rows.Where(row => row.RowKey.StartsWith("event_", StringComparison.Ordinal))
                .Select(row => Totals.Of(EventRow.Read(row)))
        );
        var days = Sum(rows.Where(row => row.RowKey.StartsWith("day_", StringComparison.Ordinal)).Select(Totals.Read));

        Assert.Equal(requests, ledger.Requests);
        Assert.Equal(ledger, events);
        Assert.Equal(ledger, days);
        Assert.Equal(requests, rows.Count(row => row.RowKey.StartsWith("mark_", StringComparison.Ordinal)));

        var client = app.As(user);
        var answered = (await client.GetAsync("/api/usage/summary?groupBy=provider"))["totals"];
        Assert.Equal(ledger.Cost, PicoUsd.Parse((string)answered["costPicoUsd"]!));
        Assert.Equal(ledger.Cost.Usd, (decimal)(await client.GetAsync("/api/budget"))["spentUsd"]);
    }

    private static Totals Sum(IEnumerable<Totals> totals) =>
        totals.Aggregate(default(Totals), (sum, next) => sum + next);
}
