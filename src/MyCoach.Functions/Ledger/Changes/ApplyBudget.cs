using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Carries changed budget terms and nothing else. <see cref="MonthCommit"/> applies the terms of every change.</summary>
internal sealed class ApplyBudget(UserId user, Month month, BudgetTerms terms) : MonthChange(user, month)
{
    public override IEnumerable<string> ExclusiveRows => [];

    public override string? CommitRow => null;

    public override BudgetTerms? Terms => terms;

    public override void Apply(MonthDraft draft) => draft.CreateIfMissing();

    public override Task ResolveAsync(MonthTable table, string commitId) => Task.CompletedTask;
}
