using MyCoach.Catalogue;
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
    /// <summary>What is wrong with the default model; empty if nothing is.</summary>
    public required IReadOnlyList<ModelWarning> Warnings { get; init; }

    internal static SettingsView Of(UserSettings settings, ChatModels models) =>
        new(
            settings.MonthlyBudgetCents,
            BudgetModes.NameOf(settings.BudgetMode),
            settings.DefaultModel,
            settings.AlertThresholds,
            settings.AllowUnpricedModels
        )
        {
            Warnings = models.WarningsOf(settings.DefaultModel),
        };
}
