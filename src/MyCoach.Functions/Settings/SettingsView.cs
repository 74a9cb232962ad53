namespace MyCoach.Settings;

public sealed record SettingsView(
    long? MonthlyBudgetCents,
    [property: BudgetModeName] string BudgetMode,
    string? DefaultModel,
    IReadOnlyList<int> AlertThresholds,
    bool AllowUnpricedModels
);
