using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Sends the transaction of a group of changes: their rows, the ledger and the totals rows that they change.
/// </summary>
internal sealed class MonthCommit(
    MonthTable table,
    RecentMonths recent,
    LedgerTurn turn,
    MonthReader reader,
    ChangedMonthsTable changed,
    AlertRaised raise,
    TimeProvider clock
)
{
    /// <summary>
    /// The most rows that the changes of one transaction may write together, besides the ledger and the thresholds.
    /// </summary>
    public const int MaxRows = EntityGroupTransaction.MaxOperations - 1 - BudgetTerms.MaxThresholds;

    /// <summary>The keys of the rows that a change writes besides the ledger. Events share totals rows.</summary>
    public static IEnumerable<string> RowsOf(MonthChange change) =>
        change.ExclusiveRows.Concat(change.CountedEvents.SelectMany(MonthRows.TotalsKeys)).Concat(change.HeldRows);

    /// <summary>
    /// Reads the rows that are not remembered and sends the transaction once. A disconnect of a caller no longer stops
    /// it.
    /// </summary>
    public async Task<TransactionOutcome> SubmitAsync(
        UserId user,
        Month month,
        IReadOnlyList<MonthChange> changes,
        string commitId
    )
    {
        var partition = user.MonthPartition(month);
        await turn.RequestIfLosingAsync(user, month, recent.LossesOf(partition));
        var remembered = recent.Take(partition);
        var rows = await turn.WaitForOtherAsync(
            await reader.ReadAsync(user, month, changes, remembered),
            () => reader.ReadAsync(user, month, changes, MonthSnapshot.None)
        );
        if (FindLaterTerms(changes, rows.Ledger!) is { } laterTerms)
        {
            // Once per change of the settings, in a separate transaction. If its response is lost, the ledger's
            // SettingsVersion shows the outcome.
            var termsDraft = new MonthDraft(partition, rows, commitId, clock.GetUtcNow());
            termsDraft.ApplyTerms(laterTerms, await table.ListThresholdsAsync(user, month, CancellationToken.None));
            if (
                await SubmitAsync(user, month, termsDraft, termsDraft.Close())
                is not TransactionOutcome.Committed
                    and var failed
            )
            {
                return failed;
            }
            rows = termsDraft.ToSnapshot();
        }
        var (draft, transaction) = CreateDraft(partition, rows, changes, commitId);
        if (!draft.HasChanges && remembered.Ledger is not null)
        {
            // Other instances may have released budget that the remembered rows do not show, so decide a refusal again
            // on the stored rows.
            rows = await reader.ReadAsync(user, month, changes, MonthSnapshot.None);
            (draft, transaction) = CreateDraft(partition, rows, changes, commitId);
        }
        var outcome = draft.HasChanges
            ? await SubmitAsync(user, month, draft, transaction)
            : TransactionOutcome.Committed;
        if (outcome == TransactionOutcome.Committed)
        {
            recent.Remember(partition, draft.ToSnapshot());
        }
        return outcome;
    }

    private (MonthDraft, EntityGroupTransaction) CreateDraft(
        string partition,
        MonthSnapshot rows,
        IReadOnlyList<MonthChange> changes,
        string commitId
    )
    {
        var draft = new MonthDraft(partition, rows, commitId, clock.GetUtcNow());
        foreach (var change in changes.OrderBy(change => change.NeedsBudget))
        {
            change.Apply(draft);
        }
        return (draft, draft.Close());
    }

    private static BudgetTerms? FindLaterTerms(IReadOnlyList<MonthChange> changes, MonthLedger ledger) =>
        changes.Select(change => change.Terms).MaxBy(terms => terms?.Version) is { } latest
        && latest.Version > ledger.SettingsVersion
            ? latest
            : null;

    private async Task<TransactionOutcome> SubmitAsync(
        UserId user,
        Month month,
        MonthDraft draft,
        EntityGroupTransaction transaction
    )
    {
        // Just before the commit: after a long wait, the roll-up may have removed an earlier note. Repeating a note
        // within a window costs nothing.
        await changed.NoteAsync(user, month, CancellationToken.None);
        var outcome = await table.SubmitAsync(user, transaction, CancellationToken.None);
        if (outcome == TransactionOutcome.Committed && draft.Alerts.Any(alert => !alert.IsSilent))
        {
            raise(user, month);
        }
        if (outcome == TransactionOutcome.Conflict)
        {
            recent.RecordLoss(user.MonthPartition(month));
        }
        return outcome;
    }
}
