using MyCoach.Crypto;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>
/// Re-encrypts every stored key with the current data key. It repeats its pass over the rows until no row uses another
/// key, and leaves a row alone that changes meanwhile. A pass that needs more time continues at the next run.
/// </summary>
internal sealed partial class RotationScan(
    RotationTable table,
    TimerProgress progress,
    ProviderKeysTable rows,
    ProviderKeyCipher cipher,
    ProviderKeyWriter writer,
    DataKeys dataKeys,
    ErasureFence fence,
    ActivityTable activity,
    TimeProvider clock,
    ILogger<RotationScan> logger
)
{
    public const string Step = "data-keys";
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(2);

    public async Task RunAsync(RotationState state, DataKey current, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var start = state.OpenPass is null ? "" : await progress.FindAsync(Step, cancellation);
            var (found, stoppedAt) = await ScanAsync(current, start, began, cancellation);
            var pass = start.Length == 0 ? found : found + state.OpenPass!.Value;
            var isFinished = stoppedAt is null && pass is { Replaced: 0, Waiting: 0 };
            if (
                await table.AddAsync(
                    state,
                    found.Replaced,
                    pass,
                    isComplete: stoppedAt is null,
                    isFinished ? clock.GetUtcNow() : null,
                    cancellation
                )
                is not { } updated
            )
            {
                // Another rotation has started.
                return;
            }
            state = updated;
            await progress.SaveAsync(
                Step,
                start,
                stoppedAt is null ? null : (stoppedAt, stoppedAt.FirstMonthPartition),
                cancellation
            );
            if (isFinished)
            {
                Log.Finished(logger, current.Id, state.Replaced, pass.Failed);
                return;
            }
            if (stoppedAt is not null)
            {
                return;
            }
            if (pass.Replaced == 0)
            {
                // The remaining rows have an unavailable data key or are being changed. Retry them in the next run.
                Log.Waiting(logger, pass.Waiting);
                return;
            }
        }
    }

    // Returns what it found, and the first user that it did not reach.
    private async Task<(RotationPass Found, UserId? StoppedAt)> ScanAsync(
        DataKey current,
        string start,
        long began,
        CancellationToken cancellation
    )
    {
        var found = default(RotationPass);
        await foreach (var (user, key) in rows.ListNotEncryptedByAsync(current.Id, UserId.KeyOf(start), cancellation))
        {
            if (clock.GetElapsedTime(began) >= TimeLimit)
            {
                return (found, user);
            }
            found += await TryReencryptAsync(user, key, current, cancellation) switch
            {
                true => new RotationPass(Replaced: 1, Failed: 0, Waiting: 0),
                false => new RotationPass(Replaced: 0, Failed: 0, Waiting: 1),
                null => new RotationPass(Replaced: 0, Failed: 1, Waiting: 0),
            };
        }
        return (found, null);
    }

    /// <summary>
    /// False if the row changed meanwhile or its data key is unavailable; null if the row does not decrypt.
    /// </summary>
    private async Task<bool?> TryReencryptAsync(
        UserId user,
        ProviderKey key,
        DataKey current,
        CancellationToken cancellation
    )
    {
        try
        {
            if (!await cipher.CanDecryptAsync(key, cancellation))
            {
                return false;
            }
            // A newer data key may exist by now, and this row may already use it.
            if ((await dataKeys.CurrentAsync(cancellation))?.Id != current.Id)
            {
                return false;
            }
            var owner = await fence.EnterAsync(user, cancellation);
            if (!await writer.ReencryptAsync(owner, key, current, cancellation))
            {
                return false;
            }
            await activity.AddAsync(owner, Actor.Program, Activity.DataKeyRotated, key.Provider.Id);
            return true;
        }
        catch (AccountErasingException)
        {
            return false;
        }
        catch (TamperedException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Information,
            "All stored keys use data key {Id}: re-encrypted {Replaced}, {Failed} failed"
        )]
        public static partial void Finished(ILogger logger, string id, long replaced, long failed);

        [LoggerMessage(
            LogLevel.Warning,
            "{Rows} stored keys still wait to be re-encrypted: their data key is unavailable, or they are being changed"
        )]
        public static partial void Waiting(ILogger logger, long rows);
    }
}
