using Azure.Data.Tables;
using MyCoach.Bounds;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Tests.Support;
using MyCoach.Users;

namespace MyCoach.Tests.Ledger;

/// <summary>How a month's transaction handles admissions in cases that calls over HTTP cannot produce.</summary>
public sealed class ReserveCallTests(LocalParts parts)
{
    private static readonly UserId Ann = UserId.TryCreate("ann")!;
    private static readonly Month November = new(2026, 11);

    [Fact]
    public async Task A_late_admission_is_found_by_the_next_attempt()
    {
        await using var app = await StartAsync(cents: 1);
        var (commit, table) = (app.Service<MonthCommit>(), app.Service<MonthTable>());
        var reserving = Asking("one", cents: 1);
        Assert.Equal(TransactionOutcome.Committed, await commit.SubmitAsync(Ann, November, [reserving], "a-commit"));

        // Its answer was lost, and it was looked for before it landed.
        Assert.Equal(TransactionOutcome.Committed, await commit.SubmitAsync(Ann, November, [reserving], "a-commit"));
        Assert.NotNull(reserving.Refusal);
        await reserving.CommitAsync(table, isFirst: false);
        Assert.Null(reserving.Refusal);
        Assert.Equal(PicoUsd.OfCents(1), reserving.Reserved!.Amount);
        Assert.True(reserving.IsCompleted);
    }

    [Fact]
    public async Task A_refusal_alerts_even_beside_an_admission()
    {
        await using var app = await StartAsync(cents: 100);
        using var ann = app.As("ann");
        var mostOfIt = Request.Event(model: "claude-haiku-4-5", inputTokens: 990_000, outputTokens: 0);
        (await ann.PostAsync("/api/usage", mostOfIt)).Is(System.Net.HttpStatusCode.Created);
        await app.Service<MonthQueue>()
            .RunAsync([Asking("dear", cents: 3), Asking("cheap", cents: 1)], CancellationToken.None);

        var budget = await ann.GetAsync("/api/budget");
        Assert.Equal(
            [50, 80, 100],
            budget["alerts"].AsArray().Select(alert => (int)alert!["thresholdPercent"]!).Order()
        );
        Assert.Equal((0.01m, "warning"), ((decimal)budget["reservedUsd"]!, (string)budget["status"]!));
    }

    [Fact]
    public async Task Releases_in_a_transaction_make_room_regardless_of_order()
    {
        await using var app = await StartAsync(cents: 2);
        var (months, first, second) = (
            app.Service<MonthQueue>(),
            Asking("first", cents: 2),
            Asking("second", cents: 2)
        );
        await months.RunAsync([first], CancellationToken.None);
        await months.RunAsync([second, new SettleCall(Ann, first.Reserved!, used: null)], CancellationToken.None);
        Assert.Null(second.Refusal);
        Assert.Empty((await app.As("ann").GetAsync("/api/budget"))["alerts"].AsArray());
    }

    [Fact]
    public async Task A_negative_bound_is_refused()
    {
        await using var app = await StartAsync(cents: 2);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            app.Service<MonthQueue>().RunAsync([Asking("wrapped", cents: -1_000)], CancellationToken.None)
        );
        Assert.Equal(0, (decimal)(await app.As("ann").GetAsync("/api/budget"))["reservedUsd"]!);
    }

    [Fact]
    public async Task A_request_that_waits_for_others_records_no_refusal()
    {
        await using var app = await StartAsync(cents: 2);
        await app.Service<MonthQueue>().RunAsync([Asking("first", cents: 1)], CancellationToken.None);
        var asking = Asking("second", cents: 2, mayWait: true);
        await app.Service<MonthQueue>().RunAsync([asking], CancellationToken.None);
        Assert.NotNull(asking.Refusal);
        Assert.True(asking.Waits);
        Assert.Null((await app.As("ann").GetAsync("/api/budget")).Body!["lastRefusal"]);

        // What others hold is not what is in its way.
        var tooLarge = Asking("dear", cents: 3, mayWait: true);
        await app.Service<MonthQueue>().RunAsync([tooLarge], CancellationToken.None);
        Assert.False(tooLarge.Waits);
        Assert.Equal(0.03m, (decimal)(await app.As("ann").GetAsync("/api/budget"))["lastRefusal"]!["boundUsd"]!);
    }

    [Fact]
    public async Task A_month_of_an_earlier_version_continues()
    {
        await using var app = await StartAsync(cents: 2);
        var usage = app.Table("Usage");
        var ledger = (await app.RowsAsync("Usage")).Single(row => row.RowKey == MonthRows.LedgerKey);
        foreach (var column in (string[])["Recorded", "Reservations", "HasRefused"])
        {
            ledger.Remove(column);
        }
        await usage.UpdateEntityAsync(
            ledger,
            ledger.ETag,
            TableUpdateMode.Replace,
            TestContext.Current.CancellationToken
        );
        await usage.AddEntityAsync(
            new TableEntity("ann_202611", "threshold_000000000002_050")
            {
                ["CrossedAt"] = TestApp.Noon,
                ["IsSilent"] = false,
            },
            TestContext.Current.CancellationToken
        );

        using var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event())).Is(System.Net.HttpStatusCode.Created);
        (await ann.PostAsync("/api/usage", Request.Event())).Is(System.Net.HttpStatusCode.Created);
        var budget = await ann.GetAsync("/api/budget");
        Assert.Equal(
            [50, 80, 100],
            budget["alerts"].AsArray().Select(alert => (int)alert!["thresholdPercent"]!).Order()
        );
    }

    private async Task<TestApp> StartAsync(long cents)
    {
        var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = app.As("ann");
        (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = cents })).Is(System.Net.HttpStatusCode.OK);
        return app;
    }

    private static ReserveCall Asking(string id, long cents, bool mayWait = false)
    {
        var call = new UsageEvent(
            id,
            Provider.Anthropic,
            "claude-haiku-4-5",
            default,
            ConversationId: null,
            AgentId: null,
            TestApp.Noon,
            Receipt: null
        );
        var nothing = new Receipt("claude-haiku-4-5", "a test", new DateOnly(2026, 1, 1), Estimated: false, []);
        var bound = new CostBound(nothing, cents * 2_000, Alternatives: 1, OutputCentsPerMTok: 500);
        return new ReserveCall(
            Ann,
            call,
            new CallCost(bound, bound with { IsProbable = true }),
            new CallBudgets(MyCoach.Settings.UserSettings.Default.Budget, TokenCents: null),
            mayWait
        );
    }
}
