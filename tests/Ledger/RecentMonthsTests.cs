using Microsoft.Extensions.Time.Testing;
using MyCoach.Ledger;

namespace MyCoach.Tests.Ledger;

/// <summary>What a process remembers of the months that it writes to.</summary>
public sealed class RecentMonthsTests
{
    private const string Month = "ann_202611";
    private static readonly MonthSnapshot Rows = MonthSnapshot.None with
    {
        Ledger = MonthLedger.New(new BudgetTerms(Cents: null, [], BudgetMode.Strict, Version: 0)),
    };

    private readonly FakeTimeProvider clock = new();
    private readonly RecentMonths recent;

    public RecentMonthsTests() => recent = new RecentMonths(clock);

    [Fact]
    public void Slow_losses_are_counted_until_a_commit()
    {
        recent.RecordLoss(Month);
        clock.Advance(TimeSpan.FromSeconds(11));
        recent.RecordLoss(Month);
        Assert.Equal((2, 0), (recent.LossesOf(Month), recent.LossesOf("bob_202611")));
        recent.Remember(Month, Rows);
        Assert.Equal(0, recent.LossesOf(Month));
    }

    [Fact]
    public void Rows_are_remembered_for_one_commit()
    {
        recent.Remember(Month, Rows);
        Assert.Same(Rows.Ledger, recent.Take(Month).Ledger);
        Assert.Same(MonthSnapshot.None, recent.Take(Month));
    }

    [Fact]
    public void A_lost_month_is_not_remembered_for_ten_seconds()
    {
        recent.RecordLoss(Month);
        clock.Advance(TimeSpan.FromSeconds(9.9));
        recent.Remember(Month, Rows);
        Assert.Same(MonthSnapshot.None, recent.Take(Month));
        clock.Advance(TimeSpan.FromSeconds(0.1));
        recent.Remember(Month, Rows);
        Assert.Same(Rows.Ledger, recent.Take(Month).Ledger);
    }
}
