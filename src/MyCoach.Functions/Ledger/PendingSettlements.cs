using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Tracks the usage of ended calls until it is recorded. A killed program loses it.
/// </summary>
internal sealed class PendingSettlements(TimeProvider clock)
{
    /// <summary>
    /// If a user's oldest unrecorded settlement is older than this, the responses of further calls wait for their own
    /// settlement.
    /// </summary>
    public static readonly TimeSpan MaxLag = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Settlement>> open = new(StringComparer.Ordinal);
    private readonly List<Task> shutdownWork = [];

    /// <param name="settled">Completes when the usage is recorded, or cannot be.</param>
    /// <param name="tried">Completes with the first attempt, successful or not; null if there is only one
    /// attempt.</param>
    public void Add(UserId user, Task settled, Task? tried = null)
    {
        if (settled.IsCompleted)
        {
            return;
        }
        var settlement = new Settlement(clock.GetTimestamp(), settled, tried ?? settled);
        lock (gate)
        {
            if (!open.TryGetValue(user.Key, out var settlements))
            {
                open[user.Key] = settlements = [];
            }
            settlements.Add(settlement);
        }
        _ = settled.ContinueWith(_ => Remove(user, settlement), TaskScheduler.Default);
    }

    /// <summary>Adds work that only a shutdown waits for.</summary>
    public void AddShutdownWork(Task work)
    {
        lock (gate)
        {
            shutdownWork.RemoveAll(task => task.IsCompleted);
            shutdownWork.Add(work);
        }
    }

    /// <summary>Whether any usage of the user is still unrecorded in this process.</summary>
    public bool HasAny(UserId user)
    {
        lock (gate)
        {
            return open.ContainsKey(user.Key);
        }
    }

    /// <summary>Whether the storage falls behind the user's calls.</summary>
    public bool IsBehind(UserId user)
    {
        lock (gate)
        {
            return open.TryGetValue(user.Key, out var settlements) && clock.GetElapsedTime(settlements[0].At) >= MaxLag;
        }
    }

    /// <summary>
    /// Waits up to a second for the user's unrecorded usage in this process, so that a caller who has a response also
    /// finds its usage. Waits only for first attempts, so that a failing storage does not delay every request.
    /// </summary>
    public Task WaitForUserAsync(UserId user, CancellationToken cancellation)
    {
        Task[] tried;
        lock (gate)
        {
            if (!open.TryGetValue(user.Key, out var settlements))
            {
                return Task.CompletedTask;
            }
            tried = [.. settlements.Select(settlement => settlement.Tried)];
        }
        return WaitAsync();

        async Task WaitAsync()
        {
            await Task.WhenAll(tried)
                .WaitAsync(ReadTimeout, clock, cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Completes when everything that is tracked now is recorded or over.</summary>
    public Task WaitForAllAsync()
    {
        lock (gate)
        {
            return Task.WhenAll([
                .. open.Values.SelectMany(settlements => settlements).Select(settlement => settlement.Settled),
                .. shutdownWork,
            ]);
        }
    }

    private void Remove(UserId user, Settlement settlement)
    {
        lock (gate)
        {
            if (
                open.TryGetValue(user.Key, out var settlements)
                && settlements.Remove(settlement)
                && settlements.Count == 0
            )
            {
                open.Remove(user.Key);
            }
        }
    }

    private sealed class Settlement(long at, Task settled, Task tried)
    {
        public long At => at;
        public Task Settled => settled;
        public Task Tried => tried;
    }
}
