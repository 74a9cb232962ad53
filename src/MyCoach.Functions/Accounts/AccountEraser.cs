using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Accounts;

/// <summary>
/// Erases accounts. Every step can run twice, and in several processes at once. The timer continues an erasure that was interrupted.
/// </summary>
internal sealed partial class AccountEraser(
    ErasuresTable erasures,
    UserTables tables,
    ErasureFence fence,
    TimeProvider clock,
    ILogger<AccountEraser> logger
)
{
    /// <summary>
    /// How long after the erasure begins a write that was admitted before it can still land. A process relies on what it read of the fence for the
    /// length of the lease, and an attempt at a write can then take the change timeout. The second change timeout is a safety margin.
    /// </summary>
    public static readonly TimeSpan Quiet = ErasureFence.Lease + (2 * StorageServices.ChangeTimeout);

    // The caller waits for the response. The timer has more time, but other work follows.
    private static readonly TimeSpan CallerTimeLimit = 2 * Quiet;
    private static readonly TimeSpan TimerTimeLimit = TimeSpan.FromMinutes(5);

    private const int MaxKeySweeps = 5;
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(1);

    // The start time comes from another process's clock, which may differ by up to two minutes.
    private static readonly TimeSpan QuietAcrossClocks = Quiet + TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FenceLifetime = TimeSpan.FromHours(24);

    /// <summary>Begins or continues the erasure. True if nothing of the user is left.</summary>
    public async Task<bool> EraseAsync(UserId user, CancellationToken cancellation)
    {
        var erasure = await erasures.BeginAsync(user, cancellation);
        fence.Invalidate(user);
        var began = clock.GetTimestamp();
        using var timeLimit = new CancellationTokenSource(CallerTimeLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeLimit.Token);
        try
        {
            await EraseRowsAsync(erasure, user, either.Token);
            if (Quiet - clock.GetElapsedTime(began) is var remaining && remaining > TimeSpan.Zero)
            {
                await Task.Delay(remaining, clock, either.Token);
            }
            while (await EraseRowsAsync(erasure, user, either.Token) > 0)
            {
                await Task.Delay(SweepPause, clock, either.Token);
            }
        }
        catch (ErasureEndedException)
        {
            fence.Invalidate(user);
            return true;
        }
        catch (OperationCanceledException) when (timeLimit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return await TryEraseKeysAsync(erasure, user, cancellation)
                ? false
                : throw new StorageUnavailableException("The provider keys could not be deleted.");
        }
        await EndAsync(erasure, user, cancellation);
        return true;
    }

    /// <summary>Continues every unfinished erasure, and deletes the fences of erasures that ended long enough ago.</summary>
    public async Task ContinueAsync(CancellationToken cancellation)
    {
        using var timeLimit = new CancellationTokenSource(TimerTimeLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeLimit.Token);
        try
        {
            await foreach (var erasure in erasures.ListAsync(either.Token))
            {
                try
                {
                    await ContinueAsync(erasure, either.Token);
                }
                catch (ErasureEndedException)
                {
                    // Another process has finished it.
                }
                // A failed erasure must not block the others. The next run retries it.
                catch (Exception fault) when (fault is not OperationCanceledException && !StorageFaults.IsUnavailable(fault))
                {
                    Log.Failed(logger, fault, fault.GetType().Name);
                }
            }
        }
        catch (OperationCanceledException) when (timeLimit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            Log.Stopped(logger);
        }
    }

    private async Task ContinueAsync(Erasure erasure, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (erasure.DoneAt < now - FenceLifetime)
        {
            await erasures.TryDeleteAsync(erasure, cancellation);
        }
        else if (erasure.User is { } user)
        {
            var isQuiet = erasure.BeganAt < now - QuietAcrossClocks;
            var rows = await EraseRowsAsync(erasure, user, cancellation);
            if (isQuiet && rows == 0)
            {
                await EndAsync(erasure, user, cancellation);
            }
            Log.Continued(logger, rows, isQuiet && rows == 0);
        }
    }

    // The provider keys must be deleted before the caller gets a response, even if the rest takes longer.
    private async Task<bool> TryEraseKeysAsync(Erasure erasure, UserId user, CancellationToken cancellation)
    {
        try
        {
            var sweeps = 0;
            while (await tables.ProviderKeys.EraseAsync(user, Admit(erasure, user), cancellation) > 0 && sweeps < MaxKeySweeps)
            {
                sweeps++;
            }
            return sweeps < MaxKeySweeps;
        }
        catch (ErasureEndedException)
        {
            return true;
        }
    }

    private async Task<int> EraseRowsAsync(Erasure erasure, UserId user, CancellationToken cancellation)
    {
        var found = 0;
        foreach (var table in tables.All)
        {
            found += await table.EraseAsync(user, Admit(erasure, user), cancellation);
        }
        return found;
    }

    // Once another process has ended the erasure, the user may have come back. Rows found after that are new and must not be deleted.
    private WriteGuard Admit(Erasure erasure, UserId user) =>
        async cancellation =>
        {
            if (await erasures.FindAsync(user, cancellation) is not { IsDone: false } current || current.Id != erasure.Id)
            {
                throw new ErasureEndedException();
            }
        };

    private async Task EndAsync(Erasure erasure, UserId user, CancellationToken cancellation)
    {
        await erasures.EndAsync(erasure, cancellation);
        fence.Invalidate(user);
    }

    private sealed class ErasureEndedException() : Exception("Another process has ended the erasure.");

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Continued the erasure of an account: deleted {Rows} rows, done: {Done}")]
        public static partial void Continued(ILogger logger, int rows, bool done);

        [LoggerMessage(LogLevel.Error, "Could not continue the erasure of an account: {Fault}; retrying at the next run")]
        public static partial void Failed(ILogger logger, Exception reason, string fault);

        [LoggerMessage(LogLevel.Information, "Ran out of time continuing erasures; continuing at the next run")]
        public static partial void Stopped(ILogger logger);
    }
}
