using System.ComponentModel.DataAnnotations;
using MyCoach.Ledger;

namespace MyCoach.Settings;

/// <summary>The name of a budget's mode.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BudgetModeNameAttribute() : AllowedValuesAttribute(BudgetModes.Strict, BudgetModes.Flexible)
{
    public override string FormatErrorMessage(string name) => $"must be {BudgetModes.Strict} or {BudgetModes.Flexible}";
}
