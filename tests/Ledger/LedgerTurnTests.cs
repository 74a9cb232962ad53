using System.Net;
using Azure;
using Azure.Data.Tables;
using MyCoach.Ledger;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Ledger;

/// <summary>How long an instance lets another one go first.</summary>
public sealed class LedgerTurnTests(LocalParts parts)
{
    [Fact]
    public async Task The_turn_of_a_dead_instance_is_passed_over()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
        await app.Table("Usage")
            .UpdateEntityAsync(
                new TableEntity("ann_202611", MonthRows.LedgerKey) { ["Turn"] = "a-dead-instance" },
                ETag.All,
                TableUpdateMode.Merge,
                TestContext.Current.CancellationToken
            );

        (await ann.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);

        var rows = await app.RowsAsync("Usage");
        Assert.Null(rows.Single(row => row.RowKey == MonthRows.LedgerKey).GetString("Turn"));
        await LedgerCheck.BalancesAsync(ann, rows, "ann_202611");
    }

    [Fact]
    public async Task Another_instance_is_awaited_until_it_commits_or_for_six_pauses()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var turn = app.Service<LedgerTurn>();

        Assert.Equal((null, 2), await WaitAsync(commitsAtRead: 2));
        Assert.Equal(("another", 6), await WaitAsync(commitsAtRead: int.MaxValue));

        async Task<(string?, int)> WaitAsync(int commitsAtRead)
        {
            var reads = 0;
            var rows = await turn.WaitForOtherAsync(
                RowsWith("another"),
                () => Task.FromResult(RowsWith(++reads == commitsAtRead ? null : "another"))
            );
            return (rows.Ledger!.Turn, reads);
        }
    }

    private static MonthSnapshot RowsWith(string? turn) =>
        MonthSnapshot.None with
        {
            Ledger = MonthLedger.New(new BudgetTerms(Cents: null, [], BudgetMode.Strict, Version: 0)) with
            {
                Turn = turn,
            },
        };
}
