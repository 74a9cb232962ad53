using MyCoach.Ledger;

namespace MyCoach.Settings;

public sealed record SettingsView(
    long? MonthlyBudgetCents,
    [property: BudgetModeName] string BudgetMode,
    string? DefaultModel,
    IReadOnlyList<int> AlertThresholds,
    bool AllowUnpricedModels
)
{
    internal static SettingsView Of(UserSettings settings) =>
        new(
            settings.MonthlyBudgetCents,
            BudgetModes.NameOf(settings.BudgetMode),
            settings.DefaultModel,
            settings.AlertThresholds,
            settings.AllowUnpricedModels
        );
}
