using MyCoach.Crypto;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>
/// Re-encrypts every stored key with the current data key. It repeats its scan until no row uses another key, and
/// leaves a row alone that changes meanwhile.
/// </summary>
internal sealed partial class RotationScan(
    RotationTable table,
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
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(5);
    private const int MaxPasses = 100;

    public async Task RunAsync(RotationState state, DataKey current, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        for (var pass = 0; pass < MaxPasses && clock.GetElapsedTime(began) < TimeLimit; pass++)
        {
            var (found, replaced, failed) = (0, 0, 0);
            await foreach (var (user, key) in rows.ListNotEncryptedByAsync(current.Id, cancellation))
            {
                found++;
                var isReplaced = await TryReencryptAsync(user, key, current, cancellation);
                replaced += isReplaced == true ? 1 : 0;
                failed += isReplaced is null ? 1 : 0;
                if (clock.GetElapsedTime(began) >= TimeLimit)
                {
                    break;
                }
            }
            var isFinished = found == failed && clock.GetElapsedTime(began) < TimeLimit;
            if (
                await table.AddPassAsync(state, replaced, failed, isFinished ? clock.GetUtcNow() : null, cancellation)
                is not { } updated
            )
            {
                // Another rotation has started.
                return;
            }
            state = updated;
            if (replaced == 0 && !isFinished)
            {
                // The remaining rows have an unavailable data key or are being changed. Retry them in the next run.
                Log.Waiting(logger, found - failed);
                return;
            }
            if (isFinished)
            {
                Log.Finished(logger, current.Id, state.Replaced, failed);
                return;
            }
        }
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
        public static partial void Finished(ILogger logger, string id, long replaced, int failed);

        [LoggerMessage(
            LogLevel.Warning,
            "{Rows} stored keys still wait to be re-encrypted: their data key is unavailable, or they are being changed"
        )]
        public static partial void Waiting(ILogger logger, int rows);
    }
}
