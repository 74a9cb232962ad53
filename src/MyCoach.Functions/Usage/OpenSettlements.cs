using System.Collections.Concurrent;

namespace MyCoach.Usage;

/// <summary>What is still being recorded. A program that is told to stop waits for it as long as its host lets it; one that is killed loses it.</summary>
internal sealed class OpenSettlements : IHostedService
{
    private readonly ConcurrentDictionary<Task, bool> open = new();

    public void Add(Task settling)
    {
        if (!settling.IsCompleted)
        {
            open[settling] = true;
            _ = settling.ContinueWith(done => open.TryRemove(done, out _), TaskScheduler.Default);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(open.Keys).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
