using MyCoach.Auth;
using MyCoach.Budgets;
using MyCoach.Conversations;
using MyCoach.Settings;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>The transaction that adds events to a month: each with its mark, and all with the ledger and every row of totals that they count in.</summary>
internal sealed class MonthCommit(UsageTable table, ConversationsTable conversations, SettingsTable settings, ChangedMonthsTable changed)
{
    /// <summary>How many rows the events of one transaction may have together; the ledger comes on top.</summary>
    public const int MostRows = EntityGroupTransaction.MostOperations - 1;

    /// <summary>The keys of what an event changes beside the ledger; events share rows of totals.</summary>
    public static IEnumerable<string> RowsOf(UsageEvent one) =>
        UsageRows.TotalsKeys(one).Append(UsageRows.MarkKey(one.CallerId)).Append(UsageRows.EventKey(one));

    /// <summary>Reads what the events change and sends the transaction once. From here on nothing stops because a caller left.</summary>
    public async Task<TransactionOutcome> SubmitAsync(UserId user, Month month, IReadOnlyList<UsageEvent> events, string commitId)
    {
        var transaction = await PrepareAsync(user, month, events, commitId);
        // Just before it may commit: a note taken before a long wait could be forgotten by then. Within a window it costs nothing.
        await changed.NoteAsync(user, month, CancellationToken.None);
        return await table.SubmitAsync(user, transaction, CancellationToken.None);
    }

    private async Task<EntityGroupTransaction> PrepareAsync(UserId user, Month month, IReadOnlyList<UsageEvent> events, string commitId)
    {
        var partition = user.MonthPartition(month);
        var added = events
            .SelectMany(one => UsageRows.TotalsKeys(one).Select(key => (Key: key, Event: one)))
            .GroupBy(pair => pair.Key, pair => pair.Event, StringComparer.Ordinal)
            .ToArray();
        var reading = Task.WhenAll(added.Select(row => ReadAsync(user, month, row.Key, row.First())));
        var ledger =
            await table.FindLedgerAsync(user, month, CancellationToken.None) ?? Ledger.New(await settings.GetAsync(user, CancellationToken.None));
        var read = (await reading).ToDictionary(row => row.Key, StringComparer.Ordinal);

        var transaction = new EntityGroupTransaction(partition);
        transaction.Write((ledger with { Totals = ledger.Totals + Totals.Of(events) }).Write(partition), ledger.ETag);
        foreach (var one in events)
        {
            transaction.Insert(UsageRows.WriteMark(partition, one, commitId));
            var generation = one.ConversationId is { } id ? read[UsageRows.ConversationKey(id)].Generation : 0;
            transaction.Insert(UsageRows.WriteEvent(partition, one with { ConversationGeneration = generation }));
        }
        foreach (var row in added)
        {
            var old = read[row.Key];
            transaction.Write(UsageRows.WriteTotals(partition, old with { Totals = old.Totals + Totals.Of(row) }), old.ETag);
        }
        return transaction;
    }

    // A conversation that was deleted starts again: the totals of its earlier use are nobody's.
    private async Task<TotalsRow> ReadAsync(UserId user, Month month, string key, UsageEvent one)
    {
        var reading = table.FindTotalsAsync(user, month, key, CancellationToken.None);
        var generation =
            one.ConversationId is { } id && key == UsageRows.ConversationKey(id)
                ? await conversations.FindGenerationAsync(user, id, CancellationToken.None)
                : 0;
        var row = await reading;
        return row.Generation < generation ? row with { Totals = default, Generation = generation } : row;
    }
}
