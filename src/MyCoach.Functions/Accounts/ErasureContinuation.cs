using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Accounts;

/// <summary>
/// Continues erasures that took longer than the caller waited, or whose process ended. Each gets a share of the time,
/// and deletes what it finds, so the next run has less to do. Each run starts at a random place, so that no account is
/// always last.
/// </summary>
internal sealed partial class ErasureContinuation(
    ErasuresTable erasures,
    RowEraser rows,
    ErasureFence fence,
    TimeProvider clock,
    ILogger<ErasureContinuation> logger
)
{
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan AccountTime = TimeSpan.FromSeconds(30);

    // The start time comes from another process's clock, which may differ by up to two minutes.
    private static readonly TimeSpan QuietAcrossClocks = AccountEraser.Quiet + TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FenceLifetime = TimeSpan.FromHours(24);

    /// <summary>
    /// Continues every unfinished erasure, and deletes the fences of erasures that ended long enough ago.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        await foreach (var erasure in erasures.ListFromRandomAsync(cancellation))
        {
            if (clock.GetElapsedTime(began) >= TimeLimit)
            {
                Log.Stopped(logger);
                return;
            }
            await TryContinueAsync(erasure, cancellation);
        }
    }

    // A failed erasure must not block the others. The next run retries it.
    private async Task TryContinueAsync(Erasure erasure, CancellationToken cancellation)
    {
        using var share = new CancellationTokenSource(AccountTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellation);
        try
        {
            await ContinueAsync(erasure, either.Token);
        }
        catch (ErasureEndedException)
        {
            // Another process has finished it.
        }
        catch (OperationCanceledException) when (share.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            Log.Unfinished(logger);
        }
        catch (Exception fault) when (fault is not OperationCanceledException && !StorageFaults.IsUnavailable(fault))
        {
            Log.Failed(logger, fault, fault.GetType().Name);
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
            var found = await rows.EraseAsync(erasure, user, cancellation);
            if (isQuiet && found == 0)
            {
                await erasures.EndAsync(erasure, cancellation);
                fence.Invalidate(user);
            }
            Log.Continued(logger, found, isQuiet && found == 0);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Continued the erasure of an account: deleted {Rows} rows, done: {Done}")]
        public static partial void Continued(ILogger logger, int rows, bool done);

        [LoggerMessage(
            LogLevel.Error,
            "Could not continue the erasure of an account: {Fault}; retrying at the next run"
        )]
        public static partial void Failed(ILogger logger, Exception reason, string fault);

        [LoggerMessage(
            LogLevel.Information,
            "An erasure needs more than its share of a run; continuing at the next run"
        )]
        public static partial void Unfinished(ILogger logger);

        [LoggerMessage(LogLevel.Information, "Ran out of time continuing erasures; continuing at the next run")]
        public static partial void Stopped(ILogger logger);
    }
}
