using MyCoach.Auth;
using MyCoach.Budgets;
using MyCoach.Settings;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>
/// Writes an event, its mark, the ledger and the day's totals in one entity group transaction, exactly once however often it is asked and whatever
/// answer is lost on the way. <c>docs/storage.md</c> says why this holds.
/// </summary>
internal sealed class UsageRecorder(UsageTable table, SettingsTable settings, ChangedMonthsTable changed, PartitionLocks locks)
{
    /// <summary>The event as it stands in the month, and whether this call put it there; else it is the first one with this id.</summary>
    public async Task<(UsageEvent Event, bool Created)> RecordAsync(UserId user, UsageEvent one, CancellationToken cancellation)
    {
        var commitId = Guid.NewGuid().ToString("N");
        using var entered = await locks.EnterAsync(user.MonthPartition(one.Month), cancellation);
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var transaction = await PrepareAsync(user, one, commitId, cancellation);
            // Just before it may commit: a note taken before a long wait could be forgotten by then. Within a window it costs nothing.
            await changed.NoteAsync(user, one.Month, cancellation);
            if (await table.SubmitAsync(transaction, cancellation) == TransactionOutcome.Committed)
            {
                return (one, Created: true);
            }
            if (await table.FindMarkAsync(user, one.Month, one.CallerId, cancellation) is { } mark)
            {
                return mark.CommitId == commitId
                    ? (one, Created: true)
                    : (await table.GetEventAsync(user, one.Month, mark, cancellation), Created: false);
            }
        }
    }

    private async Task<EntityGroupTransaction> PrepareAsync(UserId user, UsageEvent one, string commitId, CancellationToken cancellation)
    {
        var partition = user.MonthPartition(one.Month);
        var day = DateOnly.FromDateTime(one.CreatedAt.UtcDateTime);
        var findingDay = table.FindDayAsync(user, day, one.Provider, one.Model, cancellation);
        var ledger = await table.FindLedgerAsync(user, one.Month, cancellation) ?? Ledger.New(await settings.GetAsync(user, cancellation));
        var (dayTotals, dayETag) = await findingDay;

        var dayRow = new Azure.Data.Tables.TableEntity(partition, UsageRows.DayKey(day, one.Provider, one.Model));
        (dayTotals + Totals.Of(one)).WriteTo(dayRow);

        var transaction = new EntityGroupTransaction(partition);
        transaction.Insert(UsageRows.WriteMark(partition, one, commitId));
        transaction.Insert(UsageRows.WriteEvent(partition, one));
        transaction.Write((ledger with { Totals = ledger.Totals + Totals.Of(one) }).Write(partition), ledger.ETag);
        transaction.Write(dayRow, dayETag);
        return transaction;
    }
}
