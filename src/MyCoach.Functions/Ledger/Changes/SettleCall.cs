using Azure;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Ends a reservation: what the call used takes its place. Where it had expired, and stands as an event of the full amount, that event is replaced.
/// </summary>
/// <param name="used">Null where the call is known to have cost nothing.</param>
internal sealed class SettleCall(UserId user, Reservation reservation, UsageEvent? used) : MonthChange(user, reservation.Worst.Month)
{
    private readonly UsageEvent? one = used;
    private (UsageEvent Event, ETag ETag)? expired;
    private bool isGone;

    public override IEnumerable<string> OwnRows =>
        one is null ? [reservation.RowKey] : [reservation.RowKey, MonthRows.MarkKey(one.CallerId), MonthRows.EventKey(one)];

    public override IEnumerable<UsageEvent> Counted =>
        expired is { } old ? [old.Event, Adjusted(old.Event)]
        : one is null ? []
        : [one];

    public override string? CommitRow => one is null || expired is not null ? null : MonthRows.MarkKey(one.CallerId);

    public override bool Removes => true;

    public override void Apply(MonthDraft draft)
    {
        if (expired is { } old)
        {
            draft.Replace(old.Event, old.ETag, Adjusted(old.Event));
            return;
        }
        if (!isGone)
        {
            draft.Delete(reservation.RowKey, ETag.All);
            draft.Ledger = draft.Ledger.Free(reservation.Amount);
        }
        if (one is not null)
        {
            draft.Add(one);
        }
    }

    public override async Task ExamineAsync(MonthTable table, string commitId)
    {
        // In this order: whoever takes the reservation away leaves a mark, which nobody else can.
        if (await table.FindReservationAsync(User, Month, reservation.Worst.CallerId, CancellationToken.None) is not null)
        {
            return;
        }
        if (await table.FindMarkAsync(User, Month, reservation.Worst.CallerId, CancellationToken.None) is not { EventKey: not null } mark)
        {
            (expired, isGone) = (null, true);
            Conclude(one is null);
            return;
        }
        var found = await table.GetEventAsync(User, Month, mark, CancellationToken.None);
        expired = found.Expired ? (found, found.ETag!.Value) : null;
        Conclude(expired is null);
    }

    private void Conclude(bool isOver)
    {
        if (isOver)
        {
            Complete();
        }
    }

    // It may have lost its conversation meanwhile.
    private UsageEvent Adjusted(UsageEvent old) =>
        (one ?? old with { Tokens = default, Receipt = old.Receipt is { } receipt ? receipt with { Charges = [] } : null, Estimated = false }) with
        {
            ConversationId = old.ConversationId,
            ConversationGeneration = old.ConversationGeneration,
            Expired = false,
            Replaced = old.Cost,
        };
}
