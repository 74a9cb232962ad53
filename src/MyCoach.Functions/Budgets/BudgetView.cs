using System.ComponentModel.DataAnnotations;
using MyCoach.Ledger;
using MyCoach.Storage;

namespace MyCoach.Budgets;

/// <summary>
/// A month's spend against its budget, in dollars. Fields that depend on a budget are null without one.
/// </summary>
public sealed record BudgetView(
    string Month,
    long? BudgetCents,
    [property: AllowedValues(BudgetModes.Strict, BudgetModes.Flexible)] string BudgetMode,
    decimal SpentUsd,
    decimal ReservedUsd,
    decimal? RemainingUsd,
    decimal? UsedPercent,
    decimal? ProjectedUsd,
    [property: AllowedValues("none", "ok", "warning", "exceeded")] string Status,
    DateTimeOffset ResetsAt,
    IReadOnlyList<AlertView> Alerts,
    LastRefusalView? LastRefusal
)
{
    internal static BudgetView Of(
        MonthLedger ledger,
        Month month,
        DateTimeOffset now,
        IEnumerable<ThresholdAlert> alerts
    )
    {
        var status = new BudgetStatus(ledger);
        return new BudgetView(
            month.ToString(),
            ledger.BudgetCents,
            BudgetModes.NameOf(ledger.Mode),
            ledger.Spent.Usd,
            ledger.Reserved.Usd,
            status.Remaining?.Usd,
            status.UsedPercent,
            BudgetStatus.Project(ledger.Spent, month, now),
            status.Status,
            month.End,
            [.. alerts.OrderBy(alert => alert.CrossedAt).ThenBy(alert => alert.Percent).Select(AlertView.Of)],
            ledger.LastRefusal is { } refusal ? new LastRefusalView(refusal.At, refusal.Bound.Usd, refusal.Model) : null
        );
    }
}

/// <summary>
/// The last call that the month's budget refused, with what it would have held. Repeated refusals of the same call show
/// the first of ten seconds.
/// </summary>
public sealed record LastRefusalView(DateTimeOffset At, decimal BoundUsd, string Model);

/// <summary>
/// A crossed threshold, with the budget at that time and the state of its delivery. A call that is refused when at
/// least 99 percent are spent crosses 100.
/// </summary>
public sealed record AlertView(
    int ThresholdPercent,
    long BudgetCents,
    DateTimeOffset CrossedAt,
    DateTimeOffset? DeliveredAt,
    int Attempts,
    string? LastError
)
{
    internal static AlertView Of(ThresholdAlert alert) =>
        new(
            alert.Percent,
            alert.BudgetCents,
            alert.CrossedAt,
            alert.Delivery.DeliveredAt,
            alert.Delivery.Attempts,
            alert.Delivery.LastError
        );
}
