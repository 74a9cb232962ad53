namespace MyCoach.Dev.Soak;

/// <summary>Kills an instance at intervals, each but the first in turn, and starts it again.</summary>
internal sealed class SoakKills(IReadOnlyList<SoakInstance> instances, TimeSpan every)
{
    public int Count { get; private set; }

    public async Task RunAsync(CancellationToken over, CancellationToken stopping)
    {
        while (true)
        {
            await Task.Delay(every, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (over.IsCancellationRequested)
            {
                return;
            }
            var doomed = instances[1 + (Count % (instances.Count - 1))];
            await doomed.KillAsync();
            Count++;
            await doomed.StartAsync(stopping);
        }
    }
}
