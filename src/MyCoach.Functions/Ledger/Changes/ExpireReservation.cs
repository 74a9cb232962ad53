using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Ends a reservation that its call did not renew: never given back, it becomes an estimated event of the full amount.</summary>
internal sealed class ExpireReservation(UserId user, Reservation reservation) : MonthChange(user, reservation.Worst.Month)
{
    private readonly UsageEvent one = reservation.Worst with { Estimated = true, Expired = true };

    public override IEnumerable<string> OwnRows => [reservation.RowKey, MonthRows.MarkKey(one.CallerId), MonthRows.EventKey(one)];

    public override IEnumerable<UsageEvent> Counted => [one];

    public override string? CommitRow => MonthRows.MarkKey(one.CallerId);

    public override bool Removes => true;

    public override void Apply(MonthDraft draft)
    {
        // As it was read: a renewal in the meantime saves it.
        draft.Delete(reservation.RowKey, reservation.ETag!.Value);
        draft.Ledger = draft.Ledger.Free(reservation.Amount);
        draft.Add(one);
    }

    public override async Task ExamineAsync(MonthTable table, string commitId)
    {
        var stored = await table.FindReservationAsync(User, Month, reservation.Worst.CallerId, CancellationToken.None);
        if (stored?.ETag != reservation.ETag)
        {
            Complete();
        }
    }
}
