using System.Globalization;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>A user's budget as a month's ledger stores it.</summary>
/// <param name="Cents">US cents per month; null means no limit.</param>
/// <param name="Thresholds">Percentages of the budget, ascending.</param>
/// <param name="Mode">How the budget limits calls.</param>
/// <param name="Version">The version of the settings they come from. A ledger accepts only a later version than its
/// own.</param>
internal sealed record BudgetTerms(long? Cents, IReadOnlyList<int> Thresholds, BudgetMode Mode, long Version)
{
    public const int MaxThresholds = 10;

    /// <summary>A billion dollars.</summary>
    public const long MaxCents = 100_000_000_000;

    public static string WriteThresholds(IReadOnlyList<int> thresholds) => string.Join(',', thresholds);

    public static IReadOnlyList<int> ReadThresholds(string text) =>
        text.Length == 0
            ? []
            : [.. text.Split(',').Select(percent => int.Parse(percent, CultureInfo.InvariantCulture))];
}

/// <summary>Reads a user's budget from their settings.</summary>
internal delegate Task<BudgetTerms> FindBudgetTerms(UserId user, CancellationToken cancellation);

/// <summary>Called after a transaction has recorded a threshold. Must return at once.</summary>
internal delegate void AlertRaised(UserId user, Month month);
