using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Accounts;

/// <summary>
/// Erases accounts. Every step can run twice, and in several processes at once. <see cref="ErasureContinuation"/>
/// finishes an erasure that was interrupted.
/// </summary>
internal sealed class AccountEraser(ErasuresTable erasures, RowEraser rows, ErasureFence fence, TimeProvider clock)
{
    /// <summary>
    /// How long after the erasure begins a write that was admitted before it can still land. A process relies on what
    /// it read of the fence for the length of the lease, and an attempt at a write can then take the change timeout.
    /// The second change timeout is a safety margin.
    /// </summary>
    public static readonly TimeSpan Quiet = ErasureFence.Lease + (2 * StorageServices.ChangeTimeout);

    // The caller waits for the response.
    private static readonly TimeSpan CallerTimeLimit = 2 * Quiet;
    private static readonly TimeSpan SweepPause = TimeSpan.FromSeconds(1);

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
            await rows.EraseAsync(erasure, user, either.Token);
            if (Quiet - clock.GetElapsedTime(began) is var remaining && remaining > TimeSpan.Zero)
            {
                await Task.Delay(remaining, clock, either.Token);
            }
            while (await rows.EraseAsync(erasure, user, either.Token) > 0)
            {
                await Task.Delay(SweepPause, clock, either.Token);
            }
        }
        catch (ErasureEndedException)
        {
            fence.Invalidate(user);
            return true;
        }
        catch (OperationCanceledException)
            when (timeLimit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            if (!await rows.TryEraseKeysAsync(erasure, user, cancellation))
            {
                throw new StorageUnavailableException("The provider keys could not be deleted.");
            }
            return false;
        }
        await erasures.EndAsync(erasure, cancellation);
        fence.Invalidate(user);
        return true;
    }
}
