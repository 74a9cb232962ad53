namespace MyCoach.Budgets;

/// <summary>
/// A month's spend against its budget, in dollars. Fields that depend on a budget are null without one.
/// </summary>
public sealed record BudgetView(
    string Month,
    long? BudgetCents,
    decimal SpentUsd,
    decimal ReservedUsd,
    decimal? RemainingUsd,
    decimal? UsedPercent,
    decimal? ProjectedUsd,
    string Status,
    DateTimeOffset ResetsAt,
    IReadOnlyList<AlertView> Alerts
);

/// <summary>
/// A crossed threshold, with the budget at that time and the state of its delivery. The first refused call crosses 100.
/// </summary>
public sealed record AlertView(
    int ThresholdPercent,
    long BudgetCents,
    DateTimeOffset CrossedAt,
    DateTimeOffset? DeliveredAt,
    int Attempts,
    string? LastError
);
