using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Records the thresholds that a month's spend has reached, where no other change did.</summary>
internal sealed class CheckThresholds(UserId user, Storage.Month month) : MonthChange(user, month)
{
    public override IEnumerable<string> OwnRows => [];

    public override string? CommitRow => null;

    public override void Apply(MonthDraft draft) { }

    // What was recorded is in the ledger, which each attempt reads.
    public override Task ExamineAsync(MonthTable table, string commitId) => Task.CompletedTask;
}
