using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;

namespace MyCoach.Settings;

/// <summary>
/// A JSON merge patch (RFC 7396). An absent member leaves the setting unchanged; null resets it to its default.
/// </summary>
public sealed class SettingsPatch
{
    // The setters run only for members that are present. This distinguishes an explicit null from an absent member.
    private bool hasBudget;
    private bool hasMode;
    private bool hasModel;
    private bool hasThresholds;
    private bool hasAllowUnpriced;
    private bool hasCountProviderSpend;

    [WholeNumber(BudgetTerms.MaxCents)]
    public long? MonthlyBudgetCents
    {
        get;
        set => (field, hasBudget) = (value, true);
    }

    [BudgetModeName]
    public string? BudgetMode
    {
        get;
        set => (field, hasMode) = (value, true);
    }

    [PlainText(ModelIds.MaxBytes)]
    public string? DefaultModel
    {
        get;
        set => (field, hasModel) = (value, true);
    }

    public IReadOnlyList<int>? AlertThresholds
    {
        get;
        set => (field, hasThresholds) = (value, true);
    }

    public bool? AllowUnpricedModels
    {
        get;
        set => (field, hasAllowUnpriced) = (value, true);
    }

    public bool? CountProviderSpend
    {
        get;
        set => (field, hasCountProviderSpend) = (value, true);
    }

    internal FieldErrors Validate(ChatModels models)
    {
        var errors = FieldRules<SettingsPatch>.Check(this);
        if (!errors.Any && DefaultModel is { } model && models.FindFault(model) is { } fault)
        {
            errors.Add("defaultModel", fault);
        }
        if (AlertThresholds is { } thresholds)
        {
            errors.Require(
                thresholds.Count <= BudgetTerms.MaxThresholds
                    && thresholds.All(percent => percent is >= 1 and <= 100)
                    && thresholds.Distinct().Count() == thresholds.Count,
                "alertThresholds",
                $"must be at most {BudgetTerms.MaxThresholds} different whole percentages from 1 to 100"
            );
        }
        return errors;
    }

    internal UserSettings ApplyTo(UserSettings settings) =>
        settings with
        {
            MonthlyBudgetCents = hasBudget ? MonthlyBudgetCents : settings.MonthlyBudgetCents,
            BudgetMode = hasMode ? BudgetModes.Read(BudgetMode) : settings.BudgetMode,
            DefaultModel = hasModel ? DefaultModel : settings.DefaultModel,
            AlertThresholds = hasThresholds
                ? [.. (AlertThresholds ?? UserSettings.DefaultThresholds).Order()]
                : settings.AlertThresholds,
            AllowUnpricedModels = hasAllowUnpriced ? AllowUnpricedModels ?? false : settings.AllowUnpricedModels,
            CountProviderSpend = hasCountProviderSpend ? CountProviderSpend ?? false : settings.CountProviderSpend,
            Version = settings.Version + 1,
        };
}
