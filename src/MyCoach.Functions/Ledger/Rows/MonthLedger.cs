using Azure;
using Azure.Data.Tables;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>How far the removal of a month's events for their age is.</summary>
internal enum EventRemoval
{
    None,
    Begun,
    Done,
}

/// <summary>The running totals of a user's month, with what is reserved and the budget in force. Every change of the month's partition writes it.</summary>
/// <param name="SettingsVersion">Which version of the user's settings the budget and thresholds come from.</param>
internal sealed record MonthLedger(Totals Totals, PicoUsd Reserved, long? BudgetCents, IReadOnlyList<int> Thresholds, long SettingsVersion)
{
    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }

    /// <summary>The instance that lost races for this ledger and asks to go first; every commit takes it away.</summary>
    public string? Turn { get; init; }

    /// <summary>The thresholds of the budget in force that are recorded already; null where a row does not tell.</summary>
    public IReadOnlyList<int>? Recorded { get; init; }

    /// <summary>How many reservations there are, also where they hold nothing.</summary>
    public long Reservations { get; init; }

    /// <summary>Whether the last call that asked for a part of the budget in force was refused.</summary>
    public bool HasRefused { get; init; }

    /// <summary>Whether the month's events are being, or have been, removed for their age: from then on the ledger stands for itself.</summary>
    public EventRemoval Removal { get; init; }

    public PicoUsd Spent => Totals.Cost;

    public PicoUsd? Budget => BudgetCents is { } cents ? PicoUsd.OfCents(cents) : null;

    public static MonthLedger New(BudgetTerms terms) => new(default, PicoUsd.Zero, terms.Cents, terms.Thresholds, terms.Version);

    /// <param name="recorded">Which thresholds of the budget that comes into force are recorded by then.</param>
    public MonthLedger With(BudgetTerms terms, IReadOnlyList<int> recorded) =>
        this with
        {
            BudgetCents = terms.Cents,
            Thresholds = terms.Thresholds,
            SettingsVersion = terms.Version,
            Recorded = recorded,
            HasRefused = HasRefused && terms.Cents == BudgetCents,
        };

    public MonthLedger Hold(PicoUsd amount) =>
        amount >= PicoUsd.Zero
            ? this with
            {
                Reserved = Reserved + amount,
                Reservations = Reservations + 1,
            }
            : throw new ArgumentOutOfRangeException(nameof(amount), "A bound below zero would make room for others.");

    public MonthLedger Free(PicoUsd amount) => this with { Reserved = Reserved - amount, Reservations = Reservations - 1 };

    public TableEntity Write(string partition)
    {
        var row = new TableEntity(partition, MonthRows.LedgerKey)
        {
            ["ReservedPicoUsd"] = Reserved.ToString(),
            [nameof(BudgetCents)] = BudgetCents,
            [nameof(Thresholds)] = BudgetTerms.WriteThresholds(Thresholds),
            [nameof(Recorded)] = Recorded is { } recorded ? BudgetTerms.WriteThresholds(recorded) : null,
            [nameof(Reservations)] = Reservations,
            [nameof(HasRefused)] = HasRefused ? true : null,
            [nameof(SettingsVersion)] = SettingsVersion,
            [nameof(Removal)] = Removal == EventRemoval.None ? null : Removal.ToString(),
        };
        Totals.WriteTo(row);
        return row;
    }

    public static MonthLedger Read(TableEntity row) =>
        new(
            Totals.Read(row),
            PicoUsd.Parse(row.GetString("ReservedPicoUsd")),
            row.GetInt64(nameof(BudgetCents)),
            BudgetTerms.ReadThresholds(row.GetString(nameof(Thresholds))),
            row.GetInt64(nameof(SettingsVersion))!.Value
        )
        {
            ETag = row.ETag,
            Turn = row.GetString(nameof(Turn)),
            Recorded = row.GetString(nameof(Recorded)) is { } recorded ? BudgetTerms.ReadThresholds(recorded) : null,
            Reservations = row.GetInt64(nameof(Reservations)) ?? 0,
            HasRefused = row.GetBoolean(nameof(HasRefused)) ?? false,
            Removal = row.GetString(nameof(Removal)) is { } removal ? Enum.Parse<EventRemoval>(removal) : EventRemoval.None,
        };
}
