using System.Globalization;
using System.Net;
using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Settings;
using MyCoach.Tests.Support;
using MyCoach.Usage;

namespace MyCoach.Tests.Usage;

/// <summary>Summaries of months with more groups than an answer lists. Such months are older than the limits.</summary>
public sealed class SummaryLimitTests(LocalParts parts)
{
    private const string Partition = "ann_202611";

    [Fact]
    public async Task Groups_by_model_beyond_the_limit_are_in_other()
    {
        await using var app = await TestApp.StartAsync(parts);
        await SeedAsync(app, 620, i => $"day_20261115_openai_model-{i:D5}");

        var summary = (await app.As("ann").GetAsync("/api/usage/summary?groupBy=model")).Is(HttpStatusCode.OK);

        var groups = summary["groups"].AsArray();
        Assert.Equal(500, groups.Count);
        Assert.Equal("model-00619", (string?)groups[0]!["key"]);
        Assert.Equal(620, (long)summary["totals"]["requests"]!);
        Assert.Equal(120, (long)summary["other"]["requests"]!);
        Assert.Equal(Enumerable.Range(1, 120).Sum(), long.Parse((string)summary["other"]["costPicoUsd"]!, null));
    }

    [Theory]
    [InlineData("day")]
    [InlineData("provider")]
    public async Task Groups_that_all_fit_have_no_other(string groupBy)
    {
        await using var app = await TestApp.StartAsync(parts);
        await SeedAsync(app, 3, i => $"day_2026111{i}_openai_model");
        var summary = (await app.As("ann").GetAsync($"/api/usage/summary?groupBy={groupBy}")).Is(HttpStatusCode.OK);
        Assert.Null(summary.Body!["other"]);
    }

    [Fact]
    public async Task Ranking_considers_a_limited_number_of_ids()
    {
        await using var app = await TestApp.StartAsync(parts);
        await SeedAsync(app, Ranking.MaxIds + 50, i => $"agent_{i:D5}");

        var page = (await app.As("ann").GetAsync("/api/usage/summary?groupBy=agent&limit=2")).Is(HttpStatusCode.OK);

        // The most expensive of those that it considers.
        Assert.Equal(["09999", "09998"], page["groups"].AsArray().Select(group => (string?)group!["key"]));
        Assert.Equal(Ranking.MaxIds + 50, (long)page["totals"]["requests"]!);
        Assert.Equal(Ranking.MaxIds + 48, (long)page["other"]["requests"]!);
        var next = await app.As("ann")
            .GetAsync($"/api/usage/summary?groupBy=agent&limit=1&cursor={(string?)page["nextCursor"]}");
        Assert.Equal("09997", (string?)next["groups"].AsArray().Single()!["key"]);
    }

    [Fact]
    public async Task A_summary_of_an_agent_adds_up_a_limited_number_of_events()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.GetAsync("/api/usage")).Is(HttpStatusCode.OK);
        foreach (var chunk in Enumerable.Range(0, SummaryEndpoint.MaxEvents + 1).Chunk(100))
        {
            await app.Table("Usage")
                .SubmitTransactionAsync(
                    chunk.Select(i => new TableTransactionAction(
                        TableTransactionActionType.Add,
                        EventRow.Write(Partition, EventOn(1 + (i % 2), i))
                    )),
                    TestContext.Current.CancellationToken
                );
        }

        (await ann.GetAsync("/api/usage/summary?month=2026-11&agentId=coach")).Blames("from");
        var day = await ann.GetAsync("/api/usage/summary?from=2026-11-01&to=2026-11-01&agentId=coach");
        Assert.Equal((SummaryEndpoint.MaxEvents / 2) + 1, (long)day.Is(HttpStatusCode.OK)["totals"]["requests"]!);
    }

    private static UsageEvent EventOn(int day, int i) =>
        new(
            $"e{i}",
            Provider.OpenAi,
            "gpt-4o",
            new TokenCounts(1, 1, 0, 0),
            ConversationId: null,
            AgentId: "coach",
            new DateTimeOffset(2026, 11, day, 12, 0, 0, TimeSpan.Zero),
            Receipt: null
        );

    // The row of number i counts one request of i + 1 pico-dollars.
    private static async Task SeedAsync(TestApp app, int rows, Func<int, string> keyOf)
    {
        (await app.As("ann").GetAsync("/api/usage")).Is(HttpStatusCode.OK);
        var totals = Enumerable
            .Range(0, rows)
            .Select(i => new TotalsRow(keyOf(i), Of(1, i + 1), Generation: 0, ETag: null).Write(Partition))
            .Append(
                (MonthLedger.New(UserSettings.Default.Budget) with { Totals = Of(rows, rows * (rows + 1L) / 2) }).Write(
                    Partition
                )
            );
        foreach (var chunk in totals.Chunk(100))
        {
            await app.Table("Usage")
                .SubmitTransactionAsync(
                    chunk.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)),
                    TestContext.Current.CancellationToken
                );
        }
    }

    private static Totals Of(long requests, long picoUsd) =>
        new(requests, default, PicoUsd.Parse(picoUsd.ToString(CultureInfo.InvariantCulture)), UnpricedRequests: 0);
}
