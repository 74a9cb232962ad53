using Azure;
using Azure.Data.Tables;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>
/// A user-month's running totals, reserved amount and current budget. Every change of the month writes this row.
/// </summary>
/// <param name="SettingsVersion">The version of the user's settings that the budget and thresholds come from.</param>
internal sealed record MonthLedger(
    Totals Totals,
    PicoUsd Reserved,
    long? BudgetCents,
    IReadOnlyList<int> Thresholds,
    BudgetMode Mode,
    long SettingsVersion
)
{
    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }

    /// <summary>
    /// The instance that has lost races for this ledger and requests to go first. Every commit clears it.
    /// </summary>
    public string? Turn { get; init; }

    /// <summary>
    /// The thresholds of the current budget that are recorded already; null in rows from before they were listed.
    /// </summary>
    public IReadOnlyList<int>? Recorded { get; init; }

    /// <summary>The number of open reservations, including those of amount 0.</summary>
    public long Reservations { get; init; }

    /// <summary>
    /// Whether the last call with a cost was refused under the current budget when at least 99 percent of it were spent.
    /// </summary>
    public bool HasRefused { get; init; }

    /// <summary>Null if the month's budget has refused no call.</summary>
    public LastRefusal? LastRefusal { get; init; }

    /// <summary>
    /// Whether the retention removes or has removed the month's events. After that the ledger can no longer be
    /// recounted.
    /// </summary>
    public EventRemoval Removal { get; init; }

    /// <summary>
    /// Hashes of the model names outside the catalogue that the month has totals for, in the order in which they
    /// appeared.
    /// </summary>
    public IReadOnlyList<string> OtherModels { get; init; } = [];

    public PicoUsd Spent => Totals.Cost;

    /// <summary>Whether hardly anything can still be spent, so that a refusal means that the budget is used up.</summary>
    public bool IsNearlySpent => Budget is { } budget && Spent * 100 >= budget * 99;

    public PicoUsd? Budget => BudgetCents is { } cents ? PicoUsd.OfCents(cents) : null;

    public static MonthLedger New(BudgetTerms terms) =>
        new(default, PicoUsd.Zero, terms.Cents, terms.Thresholds, terms.Mode, terms.Version);

    /// <param name="recorded">The thresholds of the new budget that are recorded already.</param>
    public MonthLedger With(BudgetTerms terms, IReadOnlyList<int> recorded) =>
        this with
        {
            BudgetCents = terms.Cents,
            Thresholds = terms.Thresholds,
            Mode = terms.Mode,
            SettingsVersion = terms.Version,
            Recorded = recorded,
            HasRefused = HasRefused && terms.Cents == BudgetCents,
        };

    public MonthLedger Reserve(PicoUsd amount) =>
        amount >= PicoUsd.Zero
            ? this with
            {
                Reserved = Reserved + amount,
                Reservations = Reservations + 1,
            }
            : throw new ArgumentOutOfRangeException(
                nameof(amount),
                "A negative amount would release budget for other calls."
            );

    public MonthLedger Release(PicoUsd amount) =>
        this with
        {
            Reserved = Reserved - amount,
            Reservations = Reservations - 1,
        };

    public TableEntity Write(string partition)
    {
        var row = new TableEntity(partition, MonthRows.LedgerKey)
        {
            [MonthRows.Reserved] = Reserved.ToString(),
            [nameof(BudgetCents)] = BudgetCents,
            [nameof(Thresholds)] = BudgetTerms.WriteThresholds(Thresholds),
            [nameof(Mode)] = Mode == BudgetMode.Strict ? null : BudgetModes.NameOf(Mode),
            [nameof(Recorded)] = Recorded is { } recorded ? BudgetTerms.WriteThresholds(recorded) : null,
            [nameof(Reservations)] = Reservations,
            [nameof(HasRefused)] = HasRefused ? true : null,
            [nameof(SettingsVersion)] = SettingsVersion,
            [nameof(Removal)] = Removal == EventRemoval.None ? null : Removal.ToString(),
            [nameof(OtherModels)] = OtherModels.Count == 0 ? null : string.Join(',', OtherModels),
        };
        Ledger.LastRefusal.Write(LastRefusal, row);
        Totals.WriteTo(row);
        return row;
    }

    public static MonthLedger Read(TableEntity row) =>
        new(
            Totals.Read(row),
            PicoUsd.Parse(row.GetString(MonthRows.Reserved)),
            row.GetInt64(nameof(BudgetCents)),
            BudgetTerms.ReadThresholds(row.GetString(nameof(Thresholds))),
            BudgetModes.Read(row.GetString(nameof(Mode))),
            row.GetInt64(nameof(SettingsVersion))!.Value
        )
        {
            ETag = row.ETag,
            Turn = row.GetString(nameof(Turn)),
            Recorded = row.GetString(nameof(Recorded)) is { } recorded ? BudgetTerms.ReadThresholds(recorded) : null,
            Reservations = row.GetInt64(nameof(Reservations)) ?? 0,
            LastRefusal = Ledger.LastRefusal.Read(row),
            HasRefused = row.GetBoolean(nameof(HasRefused)) ?? false,
            Removal = row.GetString(nameof(Removal)) is { } removal
                ? Enum.Parse<EventRemoval>(removal)
                : EventRemoval.None,
            OtherModels = row.GetString(nameof(OtherModels))?.Split(',') ?? [],
        };
}
