using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Accounts;

/// <summary>
/// Erases accounts. Every step can be done twice and by several processes at once; what one leaves undone, the timer goes on with.
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
    /// How long after its beginning a write can still land that was admitted before: as long as a process relies on its reading of the fence, as long
    /// again as an attempt at a change can take, and as much for good measure.
    /// </summary>
    public static readonly TimeSpan Quiet = ErasureFence.Lease + (2 * StorageServices.ChangeTimeout);

    // A caller waits no longer; the timer has longer, and other work after it.
    private static readonly TimeSpan CallersPatience = 2 * Quiet;
    private static readonly TimeSpan TimersPatience = TimeSpan.FromMinutes(5);

    private const int MostKeySweeps = 5;
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(1);

    // By another process's clock.
    private static readonly TimeSpan QuietElsewhere = Quiet + TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FenceStands = TimeSpan.FromHours(24);

    /// <summary>Begins the erasure, or goes on with it; true where nothing of the user is left.</summary>
    public async Task<bool> EraseAsync(UserId user, CancellationToken cancellation)
    {
        var erasure = await erasures.BeginAsync(user, cancellation);
        fence.Forget(user);
        var began = clock.GetTimestamp();
        using var patience = new CancellationTokenSource(CallersPatience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            await EraseRowsAsync(erasure, user, either.Token);
            if (Quiet - clock.GetElapsedTime(began) is var rest && rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, clock, either.Token);
            }
            while (await EraseRowsAsync(erasure, user, either.Token) > 0)
            {
                await Task.Delay(BetweenSweeps, clock, either.Token);
            }
        }
        catch (ErasureEndedException)
        {
            fence.Forget(user);
            return true;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return await AreKeysGoneAsync(erasure, user, cancellation)
                ? false
                : throw new StorageUnavailableException("The provider keys could not be deleted.");
        }
        await EndAsync(erasure, user, cancellation);
        return true;
    }

    /// <summary>Goes on with every erasure that is not done, and takes away the fences that have stood long enough.</summary>
    public async Task ContinueAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(TimersPatience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
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
                    // Nothing is left to go on with.
                }
                // One that fails must not keep the others from being tried; it is tried again at the next run.
                catch (Exception fault) when (fault is not OperationCanceledException && !StorageFaults.IsUnavailable(fault))
                {
                    Log.Failed(logger, fault, fault.GetType().Name);
                }
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            Log.Stopped(logger);
        }
    }

    private async Task ContinueAsync(Erasure erasure, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (erasure.DoneAt < now - FenceStands)
        {
            await erasures.TryDeleteAsync(erasure, cancellation);
        }
        else if (erasure.User is { } user)
        {
            var isQuiet = erasure.BeganAt < now - QuietElsewhere;
            var rows = await EraseRowsAsync(erasure, user, cancellation);
            if (isQuiet && rows == 0)
            {
                await EndAsync(erasure, user, cancellation);
            }
            Log.Continued(logger, rows, isQuiet && rows == 0);
        }
    }

    // Whatever else takes longer, the keys are gone before the caller hears of it.
    private async Task<bool> AreKeysGoneAsync(Erasure erasure, UserId user, CancellationToken cancellation)
    {
        try
        {
            var sweeps = 0;
            while (await tables.ProviderKeys.EraseAsync(user, Admit(erasure, user), cancellation) > 0 && sweeps < MostKeySweeps)
            {
                sweeps++;
            }
            return sweeps < MostKeySweeps;
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

    // After another has ended it, the user may have come back, and what is found now is theirs to keep.
    private Admission Admit(Erasure erasure, UserId user) =>
        async cancellation =>
        {
            if (await erasures.FindAsync(user, cancellation) is not { IsDone: false } now || now.Id != erasure.Id)
            {
                throw new ErasureEndedException();
            }
        };

    private async Task EndAsync(Erasure erasure, UserId user, CancellationToken cancellation)
    {
        await erasures.EndAsync(erasure, cancellation);
        fence.Forget(user);
    }

    private sealed class ErasureEndedException() : Exception("Another process has ended the erasure.");

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Went on with the erasure of an account; {Rows} rows are deleted; done: {Done}")]
        public static partial void Continued(ILogger logger, int rows, bool done);

        [LoggerMessage(LogLevel.Error, "An erasure could not be continued: {Fault}")]
        public static partial void Failed(ILogger logger, Exception reason, string fault);

        [LoggerMessage(LogLevel.Information, "The time for erasures is over; the next run goes on")]
        public static partial void Stopped(ILogger logger);
    }
}
