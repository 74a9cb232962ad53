using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Records each event once, and ends its reservation in the same transaction.</summary>
internal sealed class UsageRecorder(
    MonthQueue months,
    MonthTable table,
    TombstonesTable conversations,
    TimeProvider clock
)
{
    /// <summary>
    /// Much longer than any attempt to record an event takes: <see cref="ConflictRetry"/> gives up after a minute. For
    /// this long after a month's end, a first attempt in that month may still be in progress, and a lookup would not
    /// find its event yet.
    /// </summary>
    public static readonly TimeSpan MaxAttemptDuration = TimeSpan.FromMinutes(10);

    /// <summary>Records each event completely in one transaction. The results are in the order of the events.</summary>
    public async Task<IReadOnlyList<RecordedEvent>> RecordAsync(
        UserId user,
        IReadOnlyList<NewEvent> events,
        CancellationToken cancellation
    )
    {
        var changes = events.Select(posted => CreateChange(user, posted)).ToArray();
        await months.RunAsync(changes, cancellation);
        return [.. changes.Select(change => change.Recorded)];
    }

    public Task SettleAsync(UserId user, IReadOnlyList<UnsettledCall> calls) =>
        months.RunAsync([.. calls.Select(call => CreateChange(user, call))], CancellationToken.None);

    private MonthChange CreateChange(UserId user, UnsettledCall call) =>
        call.Reservation is { } reservation
            ? new SettleCall(user, reservation, call.Event)
            : CreateChange(user, new NewEvent(call.Event!));

    private RecordEvent CreateChange(UserId user, NewEvent posted)
    {
        return posted.Replaced is { } replaced
            ? new ReplaceEvent(user, posted.Event, replaced, FindAsync)
            : new RecordEvent(user, posted.Event, FindAsync);

        Task<RecordedEvent?> FindAsync(UsageEvent repeated, EventMark mark) => FindFirstAsync(user, repeated, mark);
    }

    private async Task<RecordedEvent?> FindFirstAsync(UserId user, UsageEvent usageEvent, EventMark mark)
    {
        var first = mark.EventKey is null
            ? await FindForwardedAsync(user, usageEvent, mark)
            : await table.GetEventAsync(user, usageEvent.Month, mark, CancellationToken.None);
        return first is null
            ? null
            : new RecordedEvent(
                await conversations.HideDeletedConversationAsync(user, first, CancellationToken.None),
                IsNew: false
            );
    }

    /// <summary>
    /// Null if the mark blocks the id for an event that was never recorded in the next month. The id is then free.
    /// </summary>
    private async Task<UsageEvent?> FindForwardedAsync(UserId user, UsageEvent usageEvent, EventMark mark)
    {
        if (
            await table.FindEventAsync(user, usageEvent.Month.Next, usageEvent.CallerId, CancellationToken.None) is
            { } forwarded
        )
        {
            return forwarded;
        }
        if (clock.GetUtcNow() < usageEvent.Month.End + (2 * MaxAttemptDuration))
        {
            throw new RowBusyException("This event is just being recorded in the next month.");
        }
        await table.TryDeleteMarkAsync(user, usageEvent.Month, usageEvent.CallerId, mark, CancellationToken.None);
        return null;
    }
}
