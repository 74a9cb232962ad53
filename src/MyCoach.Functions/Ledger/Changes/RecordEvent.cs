using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Records an event in its month, unless its id is already recorded.</summary>
/// <param name="findFirst">Finds the event that already has the id, by its mark. Returns null if the id turns out to be
/// free.</param>
internal class RecordEvent(
    UserId user,
    UsageEvent usageEvent,
    Func<UsageEvent, EventMark, Task<RecordedEvent?>> findFirst
) : MonthChange(user, usageEvent.Month)
{
    /// <summary>Valid once the change is completed.</summary>
    public RecordedEvent Recorded { get; protected set; } = new(usageEvent, IsNew: true);

    public override IEnumerable<string> ExclusiveRows => MonthRows.KeysOf(usageEvent);

    public override IEnumerable<UsageEvent> CountedEvents => [usageEvent];

    public override string? CommitRow => MonthRows.UniqueKey(usageEvent);

    public override void Apply(MonthDraft draft) => draft.Add(usageEvent);

    public override async Task ResolveAsync(MonthTable table, string commitId)
    {
        if (await table.FindMarkAsync(User, Month, usageEvent.CallerId, CancellationToken.None) is not { } mark)
        {
            return;
        }
        if (mark.CommitId == commitId)
        {
            Complete();
        }
        else if (await findFirst(usageEvent, mark) is { } first)
        {
            Recorded = first;
            Complete();
        }
    }
}
