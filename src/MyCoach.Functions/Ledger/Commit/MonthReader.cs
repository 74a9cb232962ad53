using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Reads the ledger and the totals rows that a group of changes may change.</summary>
internal sealed class MonthReader(MonthTable table, TombstonesTable conversations, FindBudgetTerms findTerms)
{
    /// <param name="remembered">The rows that need not be read again.</param>
    public async Task<MonthSnapshot> ReadAsync(
        UserId user,
        Month month,
        IReadOnlyList<MonthChange> changes,
        MonthSnapshot remembered
    )
    {
        var counted = changes.SelectMany(change => change.CountedEvents).ToArray();
        var joined = ConversationsOf(changes.Where(change => change.AddsEvents)).ToArray();
        var generations = ReadGenerationsAsync(joined);
        var ownKeys = counted
            .SelectMany(MonthRows.TotalsKeys)
            .Concat(changes.SelectMany(change => change.HeldRows))
            .Distinct()
            .ToArray();
        var ownReads = ReadTotalsAsync(ownKeys);
        var ledger =
            remembered.Ledger
            ?? await table.FindLedgerAsync(user, month, CancellationToken.None)
            ?? MonthLedger.New(await findTerms(user, CancellationToken.None));
        if (ledger.Recorded is null)
        {
            // A new ledger, or a row from before ledgers listed their recorded thresholds.
            var alerts = await table.ListThresholdsAsync(user, month, CancellationToken.None);
            ledger = ledger with
            {
                Recorded =
                [
                    .. alerts.Where(alert => alert.BudgetCents == ledger.BudgetCents).Select(alert => alert.Percent),
                ],
            };
        }
        var furtherReads = ReadTotalsAsync(ModelNames.FurtherKeysOf(counted, ledger).Distinct().Except(ownKeys));
        var totals = remembered
            .Totals.Values.Concat(await ownReads)
            .Concat(await furtherReads)
            .ToDictionary(row => row.Key, StringComparer.Ordinal);
        // An adjusted event counts in the row of its conversation, whose generation decides. If there is no row, the
        // conversation may be deleted.
        var missing = await ReadGenerationsAsync(
            ConversationsOf(changes).Except(joined).Where(id => totals[MonthRows.ConversationKey(id)].ETag is null)
        );
        foreach (var (key, generation) in (await generations).Concat(missing))
        {
            // A deleted conversation starts again from zero, and the totals of its earlier generation no longer count.
            var row = totals[key];
            totals[key] = row.Generation < generation ? row with { Totals = default, Generation = generation } : row;
        }
        return new MonthSnapshot(ledger, totals);

        Task<(string Key, long Generation)[]> ReadGenerationsAsync(IEnumerable<string> ids) =>
            Task.WhenAll(
                ids.Select(async id =>
                    (
                        MonthRows.ConversationKey(id),
                        await conversations.FindGenerationAsync(user, id, CancellationToken.None)
                    )
                )
            );

        Task<TotalsRow[]> ReadTotalsAsync(IEnumerable<string> keys) =>
            Task.WhenAll(
                keys.Where(key => !remembered.Totals.ContainsKey(key))
                    .Select(key => table.FindTotalsAsync(user, month, key, CancellationToken.None))
            );
    }

    private static IEnumerable<string> ConversationsOf(IEnumerable<MonthChange> changes) =>
        changes
            .SelectMany(change => change.CountedEvents)
            .Select(usageEvent => usageEvent.ConversationId)
            .OfType<string>()
            .Distinct();
}
