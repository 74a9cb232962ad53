using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Records what calls used after they end. Calls of a user that end at nearly the same time are recorded together, so
/// that they share a transaction.
/// </summary>
internal sealed class UsageSettler(SettlementRetry settlements, PendingSettlements open, SettlementBacklog backlog)
{
    // With their rows of totals, about what one transaction takes.
    private const int MaxBatch = 75;

    // Callers do not wait for this. Calls that an agent makes in parallel tend to end together.
    private static readonly TimeSpan BatchWindow = TimeSpan.FromMilliseconds(20);

    private readonly Lock gate = new();
    private readonly Dictionary<UserId, Batch> batches = [];

    /// <summary>
    /// Begins to settle a call. It is not cancelled when the caller disconnects, because the call was made anyway.
    /// </summary>
    public Settling Settle(UserId user, UnsettledCall call)
    {
        lock (gate)
        {
            if (!batches.TryGetValue(user, out var batch))
            {
                batches[user] = batch = new Batch();
                batch.Settled = SettleAsync(user, batch);
                open.Add(user, batch.Settled, batch.FirstAttempt.Task);
            }
            batch.Calls.Add(call);
            if (batch.Calls.Count == MaxBatch)
            {
                batches.Remove(user);
                batch.Full.SetResult();
            }
            return new Settling(batch.Settled, backlog.Enter(user));
        }
    }

    private async Task SettleAsync(UserId user, Batch batch)
    {
        // A real delay, not one of the TimeProvider: it only collects calls, and no stored time depends on it.
        await Task.WhenAny(batch.Full.Task, Task.Delay(BatchWindow, CancellationToken.None));
        lock (gate)
        {
            if (batches.GetValueOrDefault(user) == batch)
            {
                batches.Remove(user);
            }
        }
        try
        {
            await settlements.RunAsync(user, batch.Calls, batch.FirstAttempt);
        }
        finally
        {
            backlog.Leave(user, batch.Calls.Count);
        }
    }

    /// <summary>Calls of one user that have just ended.</summary>
    private sealed class Batch
    {
        public List<UnsettledCall> Calls { get; } = [];

        public TaskCompletionSource Full { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource FirstAttempt { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Settled { get; set; } = Task.CompletedTask;
    }
}

/// <summary>The settlement of a call that has ended.</summary>
/// <param name="Settled">Completes when the call is settled, or cannot be.</param>
/// <param name="Turn">Completes when few enough earlier calls are unrecorded for this answer to end.</param>
internal readonly record struct Settling(Task Settled, Task Turn);
