using Azure.Data.Tables;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Settings;

internal sealed class SettingsTable(UserTables tables)
{
    private const string RowKey = "settings";

    private readonly UserTable table = tables.Settings;

    public async Task<UserSettings> GetAsync(UserId user, CancellationToken cancellation) =>
        await table.FindAsync(user.Key, RowKey, cancellation) is { } row ? Read(row) : UserSettings.Default;

    /// <summary>
    /// Replaces the state that <see cref="UserSettings.ETag"/> names. Null if another writer changed it first.
    /// </summary>
    public async Task<UserSettings?> TryWriteAsync(UserId user, UserSettings settings, CancellationToken cancellation)
    {
        var row = new TableEntity(user.Key, RowKey)
        {
            [nameof(settings.MonthlyBudgetCents)] = settings.MonthlyBudgetCents,
            [nameof(settings.DefaultModel)] = settings.DefaultModel,
            [nameof(settings.AlertThresholds)] = BudgetTerms.WriteThresholds(settings.AlertThresholds),
            [nameof(settings.AllowUnpricedModels)] = settings.AllowUnpricedModels,
            [nameof(settings.BudgetMode)] =
                settings.BudgetMode == BudgetMode.Strict ? null : BudgetModes.NameOf(settings.BudgetMode),
            [nameof(settings.CountProviderSpend)] = settings.CountProviderSpend ? true : null,
            [nameof(settings.Version)] = settings.Version,
        };
        return await table.TryWriteAsync(user, row, settings.ETag, cancellation) is { } written
            ? settings with
            {
                ETag = written,
            }
            : null;
    }

    /// <summary>Reads one row, which need not exist: the cheapest check that the table service responds.</summary>
    public Task ProbeAsync(CancellationToken cancellation) => table.FindAsync("=00", "probe", cancellation);

    private static UserSettings Read(TableEntity row) =>
        new(
            row.GetInt64(nameof(UserSettings.MonthlyBudgetCents)),
            row.GetString(nameof(UserSettings.DefaultModel)),
            BudgetTerms.ReadThresholds(row.GetString(nameof(UserSettings.AlertThresholds))),
            row.GetBoolean(nameof(UserSettings.AllowUnpricedModels)) ?? false,
            BudgetModes.Read(row.GetString(nameof(UserSettings.BudgetMode))),
            row.GetInt64(nameof(UserSettings.Version)) ?? 0
        )
        {
            CountProviderSpend = row.GetBoolean(nameof(UserSettings.CountProviderSpend)) ?? false,
            ETag = row.ETag,
        };
}
