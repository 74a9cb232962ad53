using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Records the thresholds that a month's spend has reached and no other change has recorded.</summary>
internal sealed class CheckThresholds(UserId user, Storage.Month month) : MonthChange(user, month)
{
    public override IEnumerable<string> ExclusiveRows => [];

    public override string? CommitRow => null;

    public override void Apply(MonthDraft draft) { }

    // Nothing to resolve: each attempt reads the ledger, which lists what is recorded.
    public override Task ResolveAsync(MonthTable table, string commitId) => Task.CompletedTask;
}
