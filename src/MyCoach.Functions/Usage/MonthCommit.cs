using Azure.Data.Tables;
using MyCoach.Auth;
using MyCoach.Budgets;
using MyCoach.Conversations;
using MyCoach.Settings;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>The transaction that adds events to a month: each with its mark, and all with the ledger and every row of totals that they count in.</summary>
internal sealed class MonthCommit(
    UsageTable table,
    RecentMonths recent,
    LedgerTurn turn,
    ConversationsTable conversations,
    SettingsTable settings,
    ChangedMonthsTable changed
)
{
    /// <summary>How many rows the events of one transaction may have together; the ledger comes on top.</summary>
    public const int MostRows = EntityGroupTransaction.MostOperations - 1;

    /// <summary>The keys of what an event changes beside the ledger; events share rows of totals.</summary>
    public static IEnumerable<string> RowsOf(UsageEvent one) =>
        UsageRows.TotalsKeys(one).Append(UsageRows.MarkKey(one.CallerId)).Append(UsageRows.EventKey(one));

    /// <summary>Reads what the events change, unless it is known, and sends the transaction once. From here on nothing stops because a caller left.</summary>
    public async Task<TransactionOutcome> SubmitAsync(UserId user, Month month, IReadOnlyList<UsageEvent> events, string commitId)
    {
        var partition = user.MonthPartition(month);
        var added = events
            .SelectMany(one => UsageRows.TotalsKeys(one).Select(key => (Key: key, Event: one)))
            .GroupBy(pair => pair.Key, pair => pair.Event, StringComparer.Ordinal)
            .ToDictionary(row => row.Key, Totals.Of, StringComparer.Ordinal);
        await turn.TakeAsync(user, month, recent.LossesOf(partition));
        var (ledger, totals) = await ReadAsync(user, month, events, added.Keys, recent.Take(partition));
        for (var pauses = 0; pauses < LedgerTurn.MostPauses && turn.IsOthers(ledger); pauses++)
        {
            await LedgerTurn.LetGoAsync();
            (ledger, totals) = await ReadAsync(user, month, events, added.Keys, MonthRows.None);
        }
        var ledgerRow = (ledger with { Totals = ledger.Totals + Totals.Of(events) }).Write(partition);
        var totalsRows = new List<TableEntity>();

        var transaction = new EntityGroupTransaction(partition);
        transaction.Write(ledgerRow, ledger.ETag);
        foreach (var one in events)
        {
            transaction.Insert(UsageRows.WriteMark(partition, one, commitId));
            var generation = one.ConversationId is { } id ? totals[UsageRows.ConversationKey(id)].Generation : 0;
            transaction.Insert(UsageRows.WriteEvent(partition, one with { ConversationGeneration = generation }));
        }
        foreach (var row in totals.Values)
        {
            totalsRows.Add(UsageRows.WriteTotals(partition, row with { Totals = row.Totals + added[row.Key] }));
            transaction.Write(totalsRows[^1], row.ETag);
        }

        // Just before it may commit: a note taken before a long wait could be forgotten by then. Within a window it costs nothing.
        await changed.NoteAsync(user, month, CancellationToken.None);
        var outcome = await table.SubmitAsync(user, transaction, CancellationToken.None);
        if (outcome == TransactionOutcome.Committed)
        {
            recent.Remember(partition, new MonthRows(Ledger.Read(ledgerRow), totalsRows.ToDictionary(row => row.RowKey, UsageRows.ReadTotals)));
        }
        else if (outcome == TransactionOutcome.Conflict)
        {
            recent.Contend(partition);
        }
        return outcome;
    }

    private async Task<(Ledger Ledger, IReadOnlyDictionary<string, TotalsRow> Totals)> ReadAsync(
        UserId user,
        Month month,
        IReadOnlyList<UsageEvent> events,
        IEnumerable<string> totalsKeys,
        MonthRows known
    )
    {
        var conversationIds = events.Select(one => one.ConversationId).OfType<string>().Distinct();
        var generations = Task.WhenAll(
            conversationIds.Select(async id =>
                (Key: UsageRows.ConversationKey(id), await conversations.FindGenerationAsync(user, id, CancellationToken.None))
            )
        );
        var reading = Task.WhenAll(
            totalsKeys.Select(async key =>
                known.Totals.GetValueOrDefault(key) ?? await table.FindTotalsAsync(user, month, key, CancellationToken.None)
            )
        );
        var ledger =
            known.Ledger
            ?? await table.FindLedgerAsync(user, month, CancellationToken.None)
            ?? Ledger.New(await settings.GetAsync(user, CancellationToken.None));
        var totals = (await reading).ToDictionary(row => row.Key, StringComparer.Ordinal);
        foreach (var (key, generation) in await generations)
        {
            // A conversation that was deleted starts again: the totals of its earlier use are nobody's.
            var row = totals[key];
            totals[key] = row.Generation < generation ? row with { Totals = default, Generation = generation } : row;
        }
        return (ledger, totals);
    }
}
