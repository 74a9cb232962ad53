using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>A change of a user-month that happens whole, in a transaction of its own or with others that wait at the same time.</summary>
internal abstract class MonthChange(UserId user, Month month)
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public UserId User => user;

    public Month Month => month;

    /// <summary>Ends when the change is in the storage, or is known not to be needed.</summary>
    public Task Done => done.Task;

    public bool IsOver => done.Task.IsCompleted;

    /// <summary>The rows that are this change's alone: another that has one of them goes into the next transaction.</summary>
    public abstract IEnumerable<string> OwnRows { get; }

    /// <summary>The events that come, change or go, whose rows of totals change with them.</summary>
    public virtual IEnumerable<UsageEvent> Counted => [];

    /// <summary>The row that this change inserts with the commit id; null where it inserts none.</summary>
    public abstract string? CommitRow { get; }

    /// <summary>The budget as this change knows it. If it is later than the ledger's, it comes into force before the change.</summary>
    public virtual BudgetTerms? Terms => null;

    /// <summary>Whether it asks for a part of the budget: it comes after those beside it, which may make room.</summary>
    public virtual bool Asks => false;

    /// <summary>Whether it takes a row away that somebody else may have taken.</summary>
    public virtual bool Removes => false;

    /// <summary>Adds the change to a transaction that is about to be sent; called again for each attempt.</summary>
    public abstract void Apply(MonthDraft draft);

    /// <summary>What <see cref="Apply"/> added last is in the storage.</summary>
    /// <param name="isFirst">Whether that was the first attempt.</param>
    public virtual Task CommitAsync(MonthTable table, bool isFirst)
    {
        Complete();
        return Task.CompletedTask;
    }

    /// <summary>Looks up what became of it after attempts that failed or whose answer was lost. It is over then, or fit for another attempt.</summary>
    public abstract Task ExamineAsync(MonthTable table, string commitId);

    public void Fail(Exception fault) => done.TrySetException(fault);

    public void Cancel(CancellationToken cancellation) => done.TrySetCanceled(cancellation);

    protected void Complete() => done.TrySetResult();
}
