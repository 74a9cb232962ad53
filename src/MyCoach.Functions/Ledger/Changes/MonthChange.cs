using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// A change of a user-month that is committed completely or not at all, alone or in one transaction with other waiting
/// changes.
/// </summary>
internal abstract class MonthChange(UserId user, Month month)
{
    private readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public UserId User => user;

    public Month Month => month;

    /// <summary>Completes when the change is stored, or is known not to be needed.</summary>
    public Task Completion => completion.Task;

    public bool IsCompleted => completion.Task.IsCompleted;

    /// <summary>
    /// The rows that only one change per transaction may write. Another change with the same row waits for the next
    /// transaction.
    /// </summary>
    public abstract IEnumerable<string> ExclusiveRows { get; }

    /// <summary>
    /// The events that this change adds or replaces. Their totals rows change in the same transaction.
    /// </summary>
    public virtual IEnumerable<UsageEvent> CountedEvents => [];

    /// <summary>The totals rows whose reserved amount this change reads or changes.</summary>
    public virtual IEnumerable<string> HeldRows => [];

    /// <summary>
    /// Whether it records events in the present generations of their conversations. An adjusted event keeps its own.
    /// </summary>
    public virtual bool AddsEvents => true;

    /// <summary>The row that this change inserts with the commit id; null if it inserts none.</summary>
    public abstract string? CommitRow { get; }

    /// <summary>
    /// The budget terms that this change carries. If they are later than the ledger's, they take effect before the
    /// change.
    /// </summary>
    public virtual BudgetTerms? Terms => null;

    /// <summary>
    /// Whether it needs part of the budget. It is then applied after the other changes of its transaction, which may
    /// release some.
    /// </summary>
    public virtual bool NeedsBudget => false;

    /// <summary>Whether it deletes or changes a row that another process may have deleted or changed since.</summary>
    public virtual bool NeedsRow => false;

    /// <summary>Adds the change to a transaction that is about to be sent. Called again for each attempt.</summary>
    public abstract void Apply(MonthDraft draft);

    /// <summary>Called when the transaction with what <see cref="Apply"/> added last has committed.</summary>
    /// <param name="isFirst">Whether it was the first attempt.</param>
    public virtual Task CommitAsync(MonthTable table, bool isFirst)
    {
        Complete();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Called after attempts that failed or whose response was lost. Reads whether the change is stored, and completes
    /// it or prepares it for the next attempt.
    /// </summary>
    public abstract Task ResolveAsync(MonthTable table, string commitId);

    public void Fail(Exception fault) => completion.TrySetException(fault);

    public void Cancel(CancellationToken cancellation) => completion.TrySetCanceled(cancellation);

    protected void Complete() => completion.TrySetResult();
}
