using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Accounts;

/// <summary>Continues erasures that took longer than the caller waited, or whose process ended.</summary>
internal sealed partial class ErasureContinuation(
    ErasuresTable erasures,
    RowEraser rows,
    ErasureFence fence,
    TimeProvider clock,
    ILogger<ErasureContinuation> logger
)
{
    // Longer than a caller waits, but the timer has other work too.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(5);

    // The start time comes from another process's clock, which may differ by up to two minutes.
    private static readonly TimeSpan QuietAcrossClocks = AccountEraser.Quiet + TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FenceLifetime = TimeSpan.FromHours(24);

    /// <summary>
    /// Continues every unfinished erasure, and deletes the fences of erasures that ended long enough ago.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timeLimit = new CancellationTokenSource(TimeLimit, clock);
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
                catch (Exception fault)
                    when (fault is not OperationCanceledException && !StorageFaults.IsUnavailable(fault))
                {
                    Log.Failed(logger, fault, fault.GetType().Name);
                }
            }
        }
        catch (OperationCanceledException)
            when (timeLimit.IsCancellationRequested && !cancellation.IsCancellationRequested)
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

        [LoggerMessage(LogLevel.Information, "Ran out of time continuing erasures; continuing at the next run")]
        public static partial void Stopped(ILogger logger);
    }
}
