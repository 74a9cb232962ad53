using System.Security.Cryptography;
using System.Text;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>
/// Decides under which name the totals count an event. Callers choose the names of models, so a month has totals for
/// the names in the embedded price book and for a limited number of others. An event with a further name counts under
/// that book's id of its model, or else under <see cref="Other"/>. The event keeps its name.
/// </summary>
internal static class ModelNames
{
    /// <summary>The names outside the catalogue that a user-month has totals for.</summary>
    public const int MaxPerMonth = 100;

    public const string Other = "other";

    private const int HashBytes = 8;

    // Not the book in force: it may change while a transaction is put together.
    private static readonly ModelCatalogue Catalogue = ModelCatalogue.Embedded;

    /// <summary>
    /// The keys of the totals rows that the events may count in besides their own. None while every name has room.
    /// </summary>
    public static IEnumerable<string> FurtherKeysOf(IReadOnlyList<UsageEvent> events, MonthLedger ledger)
    {
        var isFull = ledger.OtherModels.Count + events.Count > MaxPerMonth;
        foreach (var usageEvent in events)
        {
            if (usageEvent.CountedAs is not null)
            {
                yield return MonthRows.DayKeyOf(usageEvent with { CountedAs = null });
            }
            if (isFull && FallbackOf(usageEvent) is { } fallback)
            {
                yield return MonthRows.DayKeyOf(usageEvent with { CountedAs = fallback });
            }
        }
    }

    /// <summary>
    /// The event with the name under which it counts in this month, and the ledger, which records each new name.
    /// </summary>
    public static (UsageEvent Event, MonthLedger Ledger) Assign(UsageEvent usageEvent, MonthLedger ledger)
    {
        var own = usageEvent with { CountedAs = null };
        if (FallbackOf(usageEvent) is not { } fallback)
        {
            return (own, ledger);
        }
        var hash = HashOf(usageEvent);
        return ledger.OtherModels.Contains(hash) ? (own, ledger)
            : ledger.OtherModels.Count < MaxPerMonth
                ? (own, ledger with { OtherModels = [.. ledger.OtherModels, hash] })
            : (usageEvent with { CountedAs = fallback }, ledger);
    }

    // Null if the event's own name always has totals.
    private static string? FallbackOf(UsageEvent usageEvent) =>
        Catalogue.Lists(usageEvent.Provider, usageEvent.Model) || usageEvent.Model == Other
            ? null
            : Catalogue.Find(usageEvent.Provider, usageEvent.Model)?.BaseId ?? Other;

    // The names themselves could exceed the size of a column.
    private static string HashOf(UsageEvent usageEvent) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{usageEvent.Provider.Id} {usageEvent.Model}")).AsSpan(0, HashBytes)
        );
}
