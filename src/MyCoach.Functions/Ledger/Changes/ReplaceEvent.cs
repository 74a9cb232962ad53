using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Deletes a recorded event and records another one in its place. Does neither if the new id is already recorded or the
/// event is already deleted; <see cref="RecordEvent.Recorded"/> is then the event with the id, or the deleted event.
/// </summary>
/// <param name="replaced">The event as it was read, in the same month.</param>
internal sealed class ReplaceEvent(
    UserId user,
    UsageEvent usageEvent,
    UsageEvent replaced,
    Func<UsageEvent, EventMark, Task<RecordedEvent?>> findFirst
) : RecordEvent(user, usageEvent, findFirst)
{
    private readonly UsageEvent replacement = usageEvent;
    private UsageEvent stored = replaced;

    public override IEnumerable<string> ExclusiveRows => base.ExclusiveRows.Append(MonthRows.EventKey(stored));

    public override IEnumerable<UsageEvent> CountedEvents => base.CountedEvents.Append(stored);

    public override bool NeedsRow => true;

    public override void Apply(MonthDraft draft)
    {
        draft.Adjust(stored, stored.Delete(draft.Now) with { ReplacedBy = replacement.CallerId });
        base.Apply(draft);
    }

    public override async Task ResolveAsync(MonthTable table, string commitId)
    {
        await base.ResolveAsync(table, commitId);
        if (IsCompleted)
        {
            return;
        }
        stored = await table.FindEventAsync(User, Month, stored.CallerId, CancellationToken.None) ?? stored;
        if (stored.DeletedAt is not null)
        {
            Recorded = new RecordedEvent(stored, IsNew: false);
            Complete();
        }
    }
}
