using System.ComponentModel.DataAnnotations;
using MyCoach.Bounds;
using MyCoach.Http;
using MyCoach.Ledger;

namespace MyCoach.Settings;

/// <summary>
/// A JSON merge patch (RFC 7396): a member that is absent changes nothing, one that is null goes back to its default. The setters tell the two apart.
/// </summary>
public sealed class SettingsPatch
{
    private const long MostBudgetCents = 100_000_000_000;

    private bool setsBudget;
    private bool setsModel;
    private bool setsThresholds;
    private bool setsUnpriced;

    [Range(0d, MostBudgetCents)]
    public long? MonthlyBudgetCents
    {
        get;
        set => (field, setsBudget) = (value, true);
    }

    [StringLength(128, MinimumLength = 1)]
    public string? DefaultModel
    {
        get;
        set => (field, setsModel) = (value, true);
    }

    public IReadOnlyList<int>? AlertThresholds
    {
        get;
        set => (field, setsThresholds) = (value, true);
    }

    public bool? AllowUnpricedModels
    {
        get;
        set => (field, setsUnpriced) = (value, true);
    }

    internal FieldErrors Validate()
    {
        var errors = new FieldErrors();
        if (MonthlyBudgetCents is { } budget)
        {
            errors.RequireRange(budget, "monthlyBudgetCents", 0, MostBudgetCents);
        }
        if (DefaultModel is { } model)
        {
            errors.RequireText(model, "defaultModel", 128);
        }
        if (AlertThresholds is { } thresholds)
        {
            errors.Require(
                thresholds.Count <= BudgetTerms.MostThresholds
                    && thresholds.All(percent => percent is >= 1 and <= 100)
                    && thresholds.Distinct().Count() == thresholds.Count,
                "alertThresholds",
                $"must be at most {BudgetTerms.MostThresholds} different whole percentages from 1 to 100"
            );
        }
        return errors;
    }

    internal UserSettings ApplyTo(UserSettings settings) =>
        settings with
        {
            MonthlyBudgetCents = setsBudget ? MonthlyBudgetCents : settings.MonthlyBudgetCents,
            DefaultModel = setsModel ? DefaultModel : settings.DefaultModel,
            AlertThresholds = setsThresholds ? [.. (AlertThresholds ?? UserSettings.DefaultThresholds).Order()] : settings.AlertThresholds,
            AllowUnpricedModels = setsUnpriced ? AllowUnpricedModels ?? false : settings.AllowUnpricedModels,
            Version = settings.Version + 1,
        };
}
