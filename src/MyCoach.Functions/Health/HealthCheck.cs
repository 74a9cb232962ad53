using MyCoach.Crypto;
using MyCoach.Settings;
using MyCoach.Storage;

namespace MyCoach.Health;

/// <summary>
/// Checks the storage and the vault, and reuses the result for ten seconds, however many requests there are.
/// </summary>
internal sealed class HealthCheck(SettingsTable table, DataKeys keys, TimeProvider clock)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private Task<(bool Storage, bool Encryption)>? last;
    private DateTimeOffset lastAt;

    public Task<(bool Storage, bool Encryption)> CheckAsync()
    {
        lock (gate)
        {
            if (last is null || clock.GetUtcNow() - lastAt >= Period)
            {
                (last, lastAt) = (ProbeAsync(), clock.GetUtcNow());
            }
            return last;
        }
    }

    private async Task<(bool, bool)> ProbeAsync()
    {
        var storage = AnswersAsync(async cancellation =>
        {
            await table.ProbeAsync(cancellation);
            return true;
        });
        // Also reads the storage if this process has not loaded the wrapped data keys yet.
        var encryption = AnswersAsync(async cancellation => await keys.CurrentAsync(cancellation) is not null);
        return (await storage, await encryption);
    }

    private async Task<bool> AnswersAsync(Func<CancellationToken, Task<bool>> probe)
    {
        using var timeout = new CancellationTokenSource(Timeout, clock);
        try
        {
            return await probe(timeout.Token);
        }
        catch (Exception fault) when (StorageFaults.IsUnavailable(fault) || fault is OperationCanceledException)
        {
            return false;
        }
    }
}
