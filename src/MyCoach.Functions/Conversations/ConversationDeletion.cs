using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Conversations;

/// <summary>
/// Deletes a conversation by a tombstone, if any event belongs to it. Every event counts in the conversation's totals
/// row of its month, so reading one row per month shows that, however many events there are.
/// </summary>
internal sealed class ConversationDeletion(
    TombstonesTable tombstones,
    MonthTable months,
    MonthScans scans,
    TimeProvider clock
)
{
    private const int MonthsAtOnce = 12;

    // Events may be dated a little ahead, and clocks differ.
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(1);

    public async Task<DeletionOutcome> RunAsync(UserId user, string id, CancellationToken cancellation)
    {
        var written = 0L;
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var old = await tombstones.FindAsync(user, id, cancellation);
            if (old is not null && old.Generation == written)
            {
                // An earlier attempt wrote it, but the response was lost.
                return DeletionOutcome.Deleted;
            }
            if (!await IsUsedAsync(user, id, old?.Generation ?? 0, cancellation))
            {
                return DeletionOutcome.NotUsed;
            }
            var now = clock.GetUtcNow();
            // Higher than every earlier generation, including those whose tombstones are deleted.
            written = Math.Max(now.UtcTicks, (old?.Generation ?? 0) + 1);
            var tombstone = new Tombstone(user, id, written, now, IsCleared: false, old?.ETag);
            switch (await tombstones.TryWriteAsync(tombstone, cancellation))
            {
                case null:
                    return DeletionOutcome.TooMany;
                case TransactionOutcome.Committed:
                    return DeletionOutcome.Deleted;
            }
        }
    }

    // Rows of an earlier generation belong to an earlier deletion.
    private async Task<bool> IsUsedAsync(UserId user, string id, long generation, CancellationToken cancellation)
    {
        if (await scans.FindFirstMonthAsync(user, cancellation) is not { } first)
        {
            return false;
        }
        var key = MonthRows.ConversationKey(id);
        foreach (var chunk in NewestFirst(first).Chunk(MonthsAtOnce))
        {
            var rows = await Task.WhenAll(
                chunk.Select(month => months.FindTotalsAsync(user, month, key, cancellation))
            );
            if (rows.Any(row => row.ETag is not null && row.Generation >= generation))
            {
                return true;
            }
        }
        return false;
    }

    private IEnumerable<Month> NewestFirst(Month first)
    {
        for (var month = Month.Of(clock.GetUtcNow() + Ahead); month.Start >= first.Start; month = month.Previous)
        {
            yield return month;
        }
    }
}
