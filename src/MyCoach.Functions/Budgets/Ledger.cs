using Azure;
using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Settings;
using MyCoach.Usage;

namespace MyCoach.Budgets;

/// <summary>The running totals of a user's month, with what is reserved and the budget in force. Every change of the month's partition writes it.</summary>
/// <param name="SettingsVersion">Which version of the user's settings the budget and thresholds come from.</param>
internal sealed record Ledger(Totals Totals, PicoUsd Reserved, long? BudgetCents, IReadOnlyList<int> Thresholds, long SettingsVersion)
{
    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }

    /// <summary>The instance that lost races for this ledger and asks to go first; every commit takes it away.</summary>
    public string? Turn { get; init; }

    public PicoUsd Spent => Totals.Cost;

    public static Ledger New(UserSettings settings) =>
        new(default, PicoUsd.Zero, settings.MonthlyBudgetCents, settings.AlertThresholds, settings.Version);

    public Ledger With(UserSettings settings) =>
        this with
        {
            BudgetCents = settings.MonthlyBudgetCents,
            Thresholds = settings.AlertThresholds,
            SettingsVersion = settings.Version,
        };

    public TableEntity Write(string partition)
    {
        var row = new TableEntity(partition, UsageRows.Ledger)
        {
            ["ReservedPicoUsd"] = Reserved.ToString(),
            [nameof(BudgetCents)] = BudgetCents,
            [nameof(Thresholds)] = SettingsTable.WriteThresholds(Thresholds),
            [nameof(SettingsVersion)] = SettingsVersion,
        };
        Totals.WriteTo(row);
        return row;
    }

    public static Ledger Read(TableEntity row) =>
        new(
            Totals.Read(row),
            PicoUsd.Parse(row.GetString("ReservedPicoUsd")),
            row.GetInt64(nameof(BudgetCents)),
            SettingsTable.ReadThresholds(row.GetString(nameof(Thresholds))),
            row.GetInt64(nameof(SettingsVersion))!.Value
        )
        {
            ETag = row.ETag,
            Turn = row.GetString(nameof(Turn)),
        };
}
