using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Only brings the settings along; they come into force as with every change that does.</summary>
internal sealed class ApplyBudget(UserId user, Month month, BudgetTerms terms) : MonthChange(user, month)
{
    public override IEnumerable<string> OwnRows => [];

    public override string? CommitRow => null;

    public override BudgetTerms? Terms => terms;

    public override void Apply(MonthDraft draft) => draft.MakeIfMissing();

    public override Task ExamineAsync(MonthTable table, string commitId) => Task.CompletedTask;
}
