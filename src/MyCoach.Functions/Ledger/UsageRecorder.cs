using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>An event as it stands in its month, and whether this very call put it there.</summary>
internal sealed record Recorded(UsageEvent Event, bool IsNew);

/// <summary>A call that is over: what it used, and what its budget holds for it.</summary>
/// <param name="Event">Null where it is known to have cost nothing.</param>
/// <param name="Reservation">Null where there was no budget.</param>
internal sealed record EndedCall(UsageEvent? Event, Reservation? Reservation)
{
    public string Id => (Event ?? Reservation!.Worst).Id;
}

/// <summary>Records events, each once, and with them the end of the reservations that they take the place of.</summary>
internal sealed class UsageRecorder(MonthQueue months, MonthTable table, TombstonesTable conversations, TimeProvider clock)
{
    /// <summary>Longer than any attempt to record lasts. Within it the first attempt may still be under way, where looking back would not see it yet.</summary>
    public static readonly TimeSpan KeepsOut = TimeSpan.FromMinutes(10);

    /// <summary>In the order of the events, each of which is whole in one transaction.</summary>
    public async Task<IReadOnlyList<Recorded>> RecordAsync(UserId user, IReadOnlyList<UsageEvent> events, CancellationToken cancellation)
    {
        var changes = events.Select(one => Change(user, one)).ToArray();
        await months.RunAsync(changes, cancellation);
        return [.. changes.Select(change => change.Recorded)];
    }

    public Task SettleAsync(UserId user, IReadOnlyList<EndedCall> calls) =>
        months.RunAsync([.. calls.Select(call => Change(user, call))], CancellationToken.None);

    private MonthChange Change(UserId user, EndedCall call) =>
        call.Reservation is { } reservation ? new SettleCall(user, reservation, call.Event) : Change(user, call.Event!);

    private RecordEvent Change(UserId user, UsageEvent one) => new(user, one, (one, mark) => FindFirstAsync(user, one, mark));

    private async Task<Recorded?> FindFirstAsync(UserId user, UsageEvent one, Mark mark)
    {
        var first = mark.EventKey is null
            ? await FindForwardedAsync(user, one, mark)
            : await table.GetEventAsync(user, one.Month, mark, CancellationToken.None);
        return first is null ? null : new Recorded(await conversations.ShowAsync(user, first, CancellationToken.None), IsNew: false);
    }

    /// <summary>Null where the id was kept out of the month for an event that never came to be in the next: then it can be recorded after all.</summary>
    private async Task<UsageEvent?> FindForwardedAsync(UserId user, UsageEvent one, Mark mark)
    {
        if (await table.FindEventAsync(user, one.Month.Next, one.CallerId, CancellationToken.None) is { } forwarded)
        {
            return forwarded;
        }
        if (clock.GetUtcNow() < one.Month.End + (2 * KeepsOut))
        {
            throw new RowBusyException("A repetition of this event is just being recorded in the next month.");
        }
        await table.TryDeleteMarkAsync(user, one.Month, one.CallerId, mark, CancellationToken.None);
        return null;
    }
}
