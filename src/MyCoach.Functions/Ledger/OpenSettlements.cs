using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// What ended calls leave to be recorded, for as long as it is not. A program that is told to stop waits for it as long as its host lets it; one that is
/// killed loses it.
/// </summary>
internal sealed class OpenSettlements(TimeProvider clock) : IHostedService
{
    /// <summary>How old a user's oldest settlement may be before the answers of further calls wait for theirs.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan ReaderPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Settlement>> open = new(StringComparer.Ordinal);
    private readonly List<Task> others = [];

    /// <param name="settled">Ends when it is recorded, or cannot be.</param>
    /// <param name="tried">Ends with the first attempt, however that went; null where there is only one.</param>
    public void Add(UserId user, Task settled, Task? tried = null)
    {
        if (settled.IsCompleted)
        {
            return;
        }
        var settlement = new Settlement(clock.GetTimestamp(), settled, tried ?? settled);
        lock (gate)
        {
            if (!open.TryGetValue(user.Key, out var own))
            {
                open[user.Key] = own = [];
            }
            own.Add(settlement);
        }
        _ = settled.ContinueWith(_ => Remove(user, settlement), TaskScheduler.Default);
    }

    /// <summary>Adds what nobody waits for but a program that is told to stop.</summary>
    public void AddForStop(Task work)
    {
        lock (gate)
        {
            others.RemoveAll(one => one.IsCompleted);
            others.Add(work);
        }
    }

    /// <summary>Whether anything of a user's calls is still to be recorded here.</summary>
    public bool HasAny(UserId user)
    {
        lock (gate)
        {
            return open.ContainsKey(user.Key);
        }
    }

    /// <summary>Whether the storage does not keep up with a user's calls.</summary>
    public bool IsBehind(UserId user)
    {
        lock (gate)
        {
            return open.TryGetValue(user.Key, out var own) && clock.GetElapsedTime(own[0].At) >= Slack;
        }
    }

    /// <summary>Waits for what is being recorded of a user's calls here, so that whoever has an answer finds it. What the storage refused once is not waited for.</summary>
    public Task CaughtUpAsync(UserId user, CancellationToken cancellation)
    {
        Task[] tried;
        lock (gate)
        {
            if (!open.TryGetValue(user.Key, out var own))
            {
                return Task.CompletedTask;
            }
            tried = [.. own.Select(settlement => settlement.Tried)];
        }
        return WaitAsync();

        async Task WaitAsync()
        {
            await Task.WhenAll(tried).WaitAsync(ReaderPatience, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task[] settled;
        lock (gate)
        {
            settled = [.. open.Values.SelectMany(own => own).Select(settlement => settlement.Settled), .. others];
        }
        // Open streams can have used up all the time there was, and what they leave when they are broken off then begins to be recorded only now.
        using var patience = new CancellationTokenSource(StopPatience);
        var all = Task.WhenAll(settled);
        await all.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await all.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Remove(UserId user, Settlement settlement)
    {
        lock (gate)
        {
            if (open.TryGetValue(user.Key, out var own) && own.Remove(settlement) && own.Count == 0)
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
