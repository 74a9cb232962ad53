using System.Globalization;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>A user's budget as a month's ledger keeps it.</summary>
/// <param name="Cents">A month; null: no limit.</param>
/// <param name="Thresholds">Percentages of the budget, ascending.</param>
/// <param name="Version">Of the settings they come from. A ledger takes only a later version than it has.</param>
internal sealed record BudgetTerms(long? Cents, IReadOnlyList<int> Thresholds, long Version)
{
    public const int MostThresholds = 10;

    public static string WriteThresholds(IReadOnlyList<int> thresholds) => string.Join(',', thresholds);

    public static IReadOnlyList<int> ReadThresholds(string text) =>
        text.Length == 0 ? [] : [.. text.Split(',').Select(percent => int.Parse(percent, CultureInfo.InvariantCulture))];
}

/// <summary>Reads a user's budget from their settings.</summary>
internal delegate Task<BudgetTerms> FindBudgetTerms(UserId user, CancellationToken cancellation);

/// <summary>Called after a transaction has recorded a threshold. Returns at once.</summary>
internal delegate void AlertRaised(UserId user, Month month);
