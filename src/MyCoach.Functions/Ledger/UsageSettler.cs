using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Records what calls used after they end. Calls of a user that end at nearly the same time are recorded together, so
/// that they share a transaction.
/// </summary>
internal sealed class UsageSettler(SettlementRetry settlements, PendingSettlements open)
{
    // Callers do not wait for this. Calls that an agent makes in parallel tend to end together.
    private static readonly TimeSpan BatchWindow = TimeSpan.FromMilliseconds(20);

    private readonly Lock gate = new();
    private readonly Dictionary<UserId, Batch> batches = [];

    /// <summary>
    /// The task completes when the call is settled, or cannot be. It is not cancelled when the caller disconnects,
    /// because the call was made anyway.
    /// </summary>
    public Task SettleAsync(UserId user, UnsettledCall call)
    {
        lock (gate)
        {
            if (batches.TryGetValue(user, out var batch))
            {
                batch.Calls.Add(call);
                return batch.Settled;
            }
            batches[user] = batch = new Batch();
            batch.Calls.Add(call);
            batch.Settled = SettleAsync(user, batch);
            open.Add(user, batch.Settled, batch.FirstAttempt.Task);
            return batch.Settled;
        }
    }

    private async Task SettleAsync(UserId user, Batch batch)
    {
        // A real delay, not one of the TimeProvider: it only collects calls, and no stored time depends on it.
        await Task.Delay(BatchWindow, CancellationToken.None);
        lock (gate)
        {
            batches.Remove(user);
        }
        await settlements.RunAsync(user, batch.Calls, batch.FirstAttempt);
    }

    /// <summary>Calls of one user that have just ended.</summary>
    private sealed class Batch
    {
        public List<UnsettledCall> Calls { get; } = [];

        public TaskCompletionSource FirstAttempt { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Settled { get; set; } = Task.CompletedTask;
    }
}
