using Azure;
using MyCoach.Ledger;

namespace MyCoach.Settings;

/// <summary>A user's settings. A user without a stored row has the defaults.</summary>
/// <param name="MonthlyBudgetCents">In US cents; null means no limit.</param>
/// <param name="AlertThresholds">Percentages of the budget, ascending.</param>
/// <param name="Version">Grows by one with each change. A ledger accepts only a later version than its own.</param>
internal sealed record UserSettings(
    long? MonthlyBudgetCents,
    string? DefaultModel,
    IReadOnlyList<int> AlertThresholds,
    bool AllowUnpricedModels,
    BudgetMode BudgetMode,
    long Version
)
{
    public static readonly IReadOnlyList<int> DefaultThresholds = [50, 80, 100];
    public static readonly UserSettings Default = new(
        null,
        null,
        DefaultThresholds,
        AllowUnpricedModels: false,
        BudgetMode.Strict,
        Version: 0
    );

    /// <summary>Whether what providers bill for use outside MyCoach counts into the spend.</summary>
    public bool CountProviderSpend { get; init; }

    public BudgetTerms Budget => new(MonthlyBudgetCents, AlertThresholds, BudgetMode, Version);

    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }
}
