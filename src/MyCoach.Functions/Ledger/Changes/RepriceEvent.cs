using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Adjusts the cost of an event to another price, unless it has that price already.</summary>
/// <param name="usageEvent">The event as it was read.</param>
/// <param name="reprice">The event with the adjustment; null if it needs none. Called again for each version of the
/// event that is read.</param>
internal sealed class RepriceEvent(UserId user, UsageEvent usageEvent, Func<UsageEvent, UsageEvent?> reprice)
    : MonthChange(user, usageEvent.Month)
{
    private UsageEvent stored = usageEvent;

    public override IEnumerable<string> ExclusiveRows => [MonthRows.EventKey(stored)];

    public override IEnumerable<UsageEvent> CountedEvents => [stored];

    public override bool AddsEvents => false;

    public override string? CommitRow => null;

    // The retention or an erasure may have deleted the event, and another run may have adjusted it.
    public override bool NeedsRow => true;

    public override void Apply(MonthDraft draft)
    {
        if (reprice(stored) is { } repriced)
        {
            draft.Adjust(stored, repriced);
        }
    }

    public override async Task ResolveAsync(MonthTable table, string commitId)
    {
        var found = await table.FindEventAsync(User, Month, stored.CallerId, CancellationToken.None);
        if (found is null || reprice(found) is null)
        {
            Complete();
            return;
        }
        stored = found;
    }
}
