using Azure;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Ends a reservation and records what the call used in its place. If the reservation has already expired into an event
/// of the full amount, that event is replaced.
/// </summary>
/// <param name="used">Null if the call is known to have cost nothing.</param>
internal sealed class SettleCall(UserId user, Reservation reservation, UsageEvent? used)
    : MonthChange(user, reservation.HeldEvent.Month)
{
    private readonly UsageEvent? usage = used;
    private (UsageEvent Event, ETag ETag)? expired;
    private bool isReservationGone;

    public override IEnumerable<string> ExclusiveRows =>
        usage is null ? [reservation.RowKey] : [reservation.RowKey, .. MonthRows.KeysOf(usage)];

    public override IEnumerable<UsageEvent> CountedEvents =>
        expired is { } old ? [old.Event, Adjust(old.Event)]
        : usage is null ? []
        : [usage];

    public override IEnumerable<string> HeldRows => reservation.HeldRows;

    public override string? CommitRow => usage is null || expired is not null ? null : MonthRows.UniqueKey(usage);

    public override bool NeedsRow => true;

    public override void Apply(MonthDraft draft)
    {
        if (expired is { } old)
        {
            draft.Replace(old.Event, old.ETag, Adjust(old.Event));
            return;
        }
        if (!isReservationGone)
        {
            draft.Release(reservation, ETag.All);
        }
        if (usage is not null)
        {
            draft.Add(usage);
        }
    }

    public override async Task ResolveAsync(MonthTable table, string commitId)
    {
        // Look for the reservation first: a change that replaces it with an event inserts the mark of that event in the
        // same transaction.
        if (
            await table.FindReservationAsync(User, Month, reservation.HeldEvent.CallerId, CancellationToken.None)
            is not null
        )
        {
            return;
        }
        if (
            await table.FindMarkAsync(User, Month, reservation.HeldEvent.CallerId, CancellationToken.None)
            is not { EventKey: not null } mark
        )
        {
            (expired, isReservationGone) = (null, true);
            CompleteIf(usage is null);
            return;
        }
        var stored = await table.GetEventAsync(User, Month, mark, CancellationToken.None);
        expired = stored.Expired ? (stored, stored.ETag!.Value) : null;
        CompleteIf(expired is null);
    }

    private void CompleteIf(bool isDone)
    {
        if (isDone)
        {
            Complete();
        }
    }

    // The stored event may have lost its conversation in the meantime, so its conversation columns are kept.
    private UsageEvent Adjust(UsageEvent old) =>
        (
            usage
            ?? old with
            {
                Tokens = default,
                Receipt = old.Receipt is { } receipt ? receipt with { Charges = [] } : null,
                Estimated = false,
            }
        ) with
        {
            ConversationId = old.ConversationId,
            ConversationGeneration = old.ConversationGeneration,
            Adjustments = [],
            Expired = false,
            Replaced = old.Cost,
        };
}
