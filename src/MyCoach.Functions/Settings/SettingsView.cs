namespace MyCoach.Settings;

public sealed record SettingsView(
    long? MonthlyBudgetCents,
    string BudgetMode,
    string? DefaultModel,
    IReadOnlyList<int> AlertThresholds,
    bool AllowUnpricedModels
);
