using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Ends a reservation that its call stopped renewing. It becomes an estimated event of the full amount.
/// </summary>
internal sealed class ExpireReservation(UserId user, Reservation reservation)
    : MonthChange(user, reservation.HeldEvent.Month)
{
    private readonly UsageEvent expired = reservation.HeldEvent with { Estimated = true, Expired = true };

    public override IEnumerable<string> ExclusiveRows => [reservation.RowKey, .. MonthRows.KeysOf(expired)];

    public override IEnumerable<UsageEvent> CountedEvents => [expired];

    public override IEnumerable<string> HeldRows => reservation.HeldRows;

    public override string? CommitRow => MonthRows.UniqueKey(expired);

    public override bool NeedsRow => true;

    public override void Apply(MonthDraft draft)
    {
        // Only under the ETag that was read, so that a renewal in the meantime keeps the reservation.
        draft.Release(reservation, reservation.ETag!.Value);
        draft.Add(expired);
    }

    public override async Task ResolveAsync(MonthTable table, string commitId)
    {
        var stored = await table.FindReservationAsync(
            User,
            Month,
            reservation.HeldEvent.CallerId,
            CancellationToken.None
        );
        if (stored?.ETag != reservation.ETag)
        {
            Complete();
        }
    }
}
