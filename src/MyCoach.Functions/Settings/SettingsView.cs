namespace MyCoach.Settings;

public sealed record SettingsView(
    long? MonthlyBudgetCents,
    string? DefaultModel,
    IReadOnlyList<int> AlertThresholds,
    bool AllowUnpricedModels
);
