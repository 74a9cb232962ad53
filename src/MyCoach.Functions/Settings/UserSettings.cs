using Azure;
using MyCoach.Ledger;

namespace MyCoach.Settings;

/// <summary>A user's own settings. Without a row they are the defaults.</summary>
/// <param name="MonthlyBudgetCents">Null: no limit.</param>
/// <param name="AlertThresholds">Percentages of the budget, ascending.</param>
/// <param name="Version">Grows by one with each change; a ledger takes only a later version than it has.</param>
internal sealed record UserSettings(
    long? MonthlyBudgetCents,
    string? DefaultModel,
    IReadOnlyList<int> AlertThresholds,
    bool AllowUnpricedModels,
    long Version
)
{
    public static readonly IReadOnlyList<int> DefaultThresholds = [50, 80, 100];
    public static readonly UserSettings Default = new(null, null, DefaultThresholds, AllowUnpricedModels: false, Version: 0);

    public BudgetTerms Budget => new(MonthlyBudgetCents, AlertThresholds, Version);

    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }
}
