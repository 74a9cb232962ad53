using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Usage;

internal enum UsageDeletionOutcome
{
    Deleted,

    /// <summary>It was deleted before.</summary>
    AlreadyDeleted,

    NotFound,

    /// <summary>The gateway has recorded it.</summary>
    OfGateway,

    /// <summary>It is not as the request requires.</summary>
    Changed,
}

/// <summary>Deletes posted events. They keep their rows and ids, and count no more.</summary>
internal sealed class UsageDeletion(MonthTable table, TombstonesTable conversations, MonthQueue months)
{
    /// <param name="isAllowed">Whether the request allows the deletion of the event as callers see it.</param>
    public async Task<UsageDeletionOutcome> RunAsync(
        UserId user,
        (Month Month, string CallerId) id,
        Func<UsageEvent, bool> isAllowed,
        CancellationToken cancellation
    )
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            if (await table.FindEventAsync(user, id.Month, id.CallerId, cancellation) is not { } stored)
            {
                return UsageDeletionOutcome.NotFound;
            }
            if (Ids.IsGatewayId(stored.CallerId))
            {
                return UsageDeletionOutcome.OfGateway;
            }
            if (stored.DeletedAt is not null)
            {
                return UsageDeletionOutcome.AlreadyDeleted;
            }
            if (!isAllowed(await conversations.HideDeletedConversationAsync(user, stored, cancellation)))
            {
                return UsageDeletionOutcome.Changed;
            }
            var change = new DeleteEvent(user, stored);
            await months.RunAsync([change], cancellation);
            if (!change.IsStale)
            {
                return UsageDeletionOutcome.Deleted;
            }
        }
    }
}
