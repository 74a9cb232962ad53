namespace MyCoach.Ledger;

/// <summary>Waits on shutdown until the usage of ended calls is recorded, as long as the host allows.</summary>
internal sealed class SettlementShutdown(PendingSettlements open) : IHostedService
{
    private static readonly TimeSpan MinTimeout = TimeSpan.FromSeconds(5);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // Open streams can use up the host's whole time limit. Their usage is recorded only once they are aborted, so
        // always allow these seconds.
        using var timeout = new CancellationTokenSource(MinTimeout);
        var all = open.WaitForAllAsync();
        await all.WaitAsync(timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await all.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
