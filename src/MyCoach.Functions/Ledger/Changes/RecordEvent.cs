using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Adds an event to its month, unless its id is there already.</summary>
/// <param name="findFirst">The event that has the id by the mark that was found; null where there is none after all.</param>
internal sealed class RecordEvent(UserId user, UsageEvent one, Func<UsageEvent, Mark, Task<Recorded?>> findFirst) : MonthChange(user, one.Month)
{
    /// <summary>To be read once the change is over.</summary>
    public Recorded Recorded { get; private set; } = new(one, IsNew: true);

    public override IEnumerable<string> OwnRows => [MonthRows.MarkKey(one.CallerId), MonthRows.EventKey(one)];

    public override IEnumerable<UsageEvent> Counted => [one];

    public override string? CommitRow => MonthRows.MarkKey(one.CallerId);

    public override void Apply(MonthDraft draft) => draft.Add(one);

    public override async Task ExamineAsync(MonthTable table, string commitId)
    {
        if (await table.FindMarkAsync(User, Month, one.CallerId, CancellationToken.None) is not { } mark)
        {
            return;
        }
        if (mark.CommitId == commitId)
        {
            Complete();
        }
        else if (await findFirst(one, mark) is { } first)
        {
            Recorded = first;
            Complete();
        }
    }
}
