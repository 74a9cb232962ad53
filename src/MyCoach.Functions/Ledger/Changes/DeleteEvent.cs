using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Deletes a recorded event: an adjustment takes its cost back, and it counts no more. Its row and its mark stay, so the
/// id cannot be used again.
/// </summary>
/// <param name="stored">The event as it was read. If it has changed since, nothing is deleted.</param>
internal sealed class DeleteEvent(UserId user, UsageEvent stored) : MonthChange(user, stored.Month)
{
    private UsageEvent? deleted;

    /// <summary>Whether another change of the event was first. Valid once the change is completed.</summary>
    public bool IsStale { get; private set; }

    public override IEnumerable<string> ExclusiveRows => [MonthRows.EventKey(stored)];

    public override IEnumerable<UsageEvent> CountedEvents => [stored];

    public override bool AddsEvents => false;

    public override string? CommitRow => null;

    public override bool NeedsRow => true;

    public override void Apply(MonthDraft draft)
    {
        // The same in every attempt, so that it shows in the row which change has committed.
        deleted ??= stored.Delete(draft.Now);
        draft.Adjust(stored, deleted);
    }

    public override async Task ResolveAsync(MonthTable table, string commitId)
    {
        var found = await table.FindEventAsync(User, Month, stored.CallerId, CancellationToken.None);
        if (found?.ETag != stored.ETag)
        {
            IsStale = found is null || !found.Adjustments.SequenceEqual(deleted!.Adjustments);
            Complete();
        }
    }
}
