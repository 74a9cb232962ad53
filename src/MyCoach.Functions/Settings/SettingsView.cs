using MyCoach.Catalogue;
using MyCoach.Ledger;

namespace MyCoach.Settings;

/// <param name="CountProviderSpend">Whether what the provider bills for your stored keys outside MyCoach counts into the
/// spend of the month, once a day. It needs an admin key.</param>
public sealed record SettingsView(
    long? MonthlyBudgetCents,
    [property: BudgetModeName] string BudgetMode,
    string? DefaultModel,
    IReadOnlyList<int> AlertThresholds,
    bool AllowUnpricedModels,
    bool CountProviderSpend
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
            settings.AllowUnpricedModels,
            settings.CountProviderSpend
        )
        {
            Warnings = models.WarningsOf(settings.DefaultModel),
        };
}
