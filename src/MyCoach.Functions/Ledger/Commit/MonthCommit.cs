using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>The transaction of a group of changes: all their rows, with the ledger and every row of totals that they count in.</summary>
internal sealed class MonthCommit(
    MonthTable table,
    RecentMonths recent,
    LedgerTurn turn,
    TombstonesTable conversations,
    FindBudgetTerms findTerms,
    ChangedMonthsTable changed,
    AlertRaised raise,
    TimeProvider clock
)
{
    /// <summary>How many rows the changes of one transaction may have together; the ledger and the thresholds come on top.</summary>
    public const int MostRows = EntityGroupTransaction.MostOperations - 1 - BudgetTerms.MostThresholds;

    /// <summary>The keys of what a change writes beside the ledger; events share rows of totals.</summary>
    public static IEnumerable<string> RowsOf(MonthChange change) => change.OwnRows.Concat(change.Counted.SelectMany(MonthRows.TotalsKeys));

    /// <summary>Reads what the changes need, unless it is known, and sends the transaction once. From here on nothing stops because a caller left.</summary>
    public async Task<TransactionOutcome> SubmitAsync(UserId user, Month month, IReadOnlyList<MonthChange> changes, string commitId)
    {
        var partition = user.MonthPartition(month);
        await turn.TakeAsync(user, month, recent.LossesOf(partition));
        var known = recent.Take(partition);
        var rows = await ReadAsync(user, month, changes, known);
        for (var pauses = 0; pauses < LedgerTurn.MostPauses && turn.IsOthers(rows.Ledger!); pauses++)
        {
            await LedgerTurn.LetGoAsync();
            rows = await ReadAsync(user, month, changes, MonthSnapshot.None);
        }
        if (LaterTerms(changes, rows.Ledger!) is { } later)
        {
            // In a transaction of its own, once for each change of the settings. Where its answer is lost, the ledger tells.
            var inForce = new MonthDraft(partition, rows, commitId, clock.GetUtcNow());
            inForce.PutInForce(later, await table.ListAlertsAsync(user, month, CancellationToken.None));
            if (await SubmitAsync(user, month, inForce, inForce.Close()) is not TransactionOutcome.Committed and var lost)
            {
                return lost;
            }
            rows = inForce.Left();
        }
        var (draft, transaction) = Draft(partition, rows, changes, commitId);
        if (!draft.Writes && known.Ledger is not null)
        {
            // A refusal that rests on what this process remembers would not find out that others made room.
            rows = await ReadAsync(user, month, changes, MonthSnapshot.None);
            (draft, transaction) = Draft(partition, rows, changes, commitId);
        }
        var outcome = draft.Writes ? await SubmitAsync(user, month, draft, transaction) : TransactionOutcome.Committed;
        if (outcome == TransactionOutcome.Committed)
        {
            recent.Remember(partition, draft.Left());
        }
        return outcome;
    }

    private (MonthDraft, EntityGroupTransaction) Draft(string partition, MonthSnapshot rows, IReadOnlyList<MonthChange> changes, string commitId)
    {
        var draft = new MonthDraft(partition, rows, commitId, clock.GetUtcNow());
        foreach (var change in changes.OrderBy(change => change.Asks))
        {
            change.Apply(draft);
        }
        return (draft, draft.Close());
    }

    private static BudgetTerms? LaterTerms(IReadOnlyList<MonthChange> changes, MonthLedger ledger) =>
        changes.Select(change => change.Terms).MaxBy(known => known?.Version) is { } latest && latest.Version > ledger.SettingsVersion
            ? latest
            : null;

    private async Task<TransactionOutcome> SubmitAsync(UserId user, Month month, MonthDraft draft, EntityGroupTransaction transaction)
    {
        // Just before it may commit: a note taken before a long wait could be forgotten by then. Within a window it costs nothing.
        await changed.NoteAsync(user, month, CancellationToken.None);
        var outcome = await table.SubmitAsync(user, transaction, CancellationToken.None);
        if (outcome == TransactionOutcome.Committed && draft.Alerts.Any(alert => !alert.IsSilent))
        {
            raise(user, month);
        }
        if (outcome == TransactionOutcome.Conflict)
        {
            recent.Contend(user.MonthPartition(month));
        }
        return outcome;
    }

    private async Task<MonthSnapshot> ReadAsync(UserId user, Month month, IReadOnlyList<MonthChange> changes, MonthSnapshot known)
    {
        var counted = changes.SelectMany(change => change.Counted).ToArray();
        var generations = Task.WhenAll(
            counted
                .Select(one => one.ConversationId)
                .OfType<string>()
                .Distinct()
                .Select(async id => (Key: MonthRows.ConversationKey(id), await conversations.FindGenerationAsync(user, id, CancellationToken.None)))
        );
        var reading = Task.WhenAll(
            counted
                .SelectMany(MonthRows.TotalsKeys)
                .Distinct()
                .Where(key => !known.Totals.ContainsKey(key))
                .Select(key => table.FindTotalsAsync(user, month, key, CancellationToken.None))
        );
        var ledger =
            known.Ledger
            ?? await table.FindLedgerAsync(user, month, CancellationToken.None)
            ?? MonthLedger.New(await findTerms(user, CancellationToken.None));
        if (ledger.Recorded is null)
        {
            // A new one, or a row from before the ledger told.
            var alerts = await table.ListAlertsAsync(user, month, CancellationToken.None);
            ledger = ledger with { Recorded = [.. alerts.Where(alert => alert.BudgetCents == ledger.BudgetCents).Select(alert => alert.Percent)] };
        }
        var totals = known.Totals.Values.Concat(await reading).ToDictionary(row => row.Key, StringComparer.Ordinal);
        foreach (var (key, generation) in await generations)
        {
            // A conversation that was deleted starts again: the totals of its earlier use are nobody's.
            var row = totals[key];
            totals[key] = row.Generation < generation ? row with { Totals = default, Generation = generation } : row;
        }
        return new MonthSnapshot(ledger, totals);
    }
}
