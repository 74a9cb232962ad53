using Azure.Identity;
using MyCoach.Crypto;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>
/// Brings every stored key under the current data key. It begins when every instance writes with that one, and goes over the rows until it finds none of
/// another; a row that its user replaces meanwhile is left as it is. Killed at any point, the next run goes on; two at once do each row once.
/// </summary>
internal sealed partial class KeyRotation(
    IServiceProvider services,
    RotationTable table,
    ProviderKeysTable rows,
    KeyKeeper keeper,
    DataKeys dataKeys,
    ErasureFence fence,
    ActivityTable activity,
    TimeProvider clock,
    ILogger<KeyRotation> logger
)
{
    /// <summary>How long after a data key was made its scan begins: others read the ring again every minute, and their writes take a moment.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Time = TimeSpan.FromMinutes(5);
    private const int MostPasses = 100;

    private readonly VaultKeyRing? ring = services.GetService<VaultKeyRing>();

    /// <summary>Whether there is a vault, without which there is one data key only.</summary>
    public bool IsPossible => ring is not null;

    /// <summary>Makes a data key and notes that all rows have to go to it. Null where the vault refuses.</summary>
    public async Task<DataKey?> BeginAsync(CancellationToken cancellation)
    {
        if (await ring!.RotateAsync(cancellation) is not { } made)
        {
            return null;
        }
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var state = RotationState.Begin(made.Id, clock.GetUtcNow()) with { ETag = (await table.FindAsync(cancellation))?.ETag };
            if (await table.TryWriteAsync(state, cancellation) is not null)
            {
                return made;
            }
        }
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        if (ring is null)
        {
            return;
        }
        var all = await ring.ListAsync(cancellation);
        await RewrapAsync(all, cancellation);
        var settling = all.Count == 1 && dataKeys.AreMoving ? DataKeys.Handover + Settling : Settling;
        if (all.LastOrDefault() is not { } newest || clock.GetUtcNow() < newest.CreatedAt + settling)
        {
            return;
        }
        // The first data key of a vault has no rotation that was asked for: rows of a local key go to it all the same.
        var state = await table.FindAsync(cancellation);
        if (state?.DataKeyId != newest.DataKeyId)
        {
            state = RotationState.Begin(newest.DataKeyId, newest.CreatedAt) with { ETag = state?.ETag };
        }
        if (state.FinishedAt is null && await ring.CurrentAsync(cancellation) is { } current && current.Id == state.DataKeyId)
        {
            await ScanAsync(state, current, cancellation);
        }
    }

    private async Task RewrapAsync(IReadOnlyList<WrappedKey> keys, CancellationToken cancellation)
    {
        try
        {
            if (await ring!.RewrapAsync(keys, cancellation) is > 0 and var count)
            {
                Log.Rewrapped(logger, count);
            }
        }
        catch (Exception fault) when (fault is KeyVaultException or AuthenticationFailedException)
        {
            Log.NotRewrapped(logger, fault.Message);
        }
    }

    private async Task ScanAsync(RotationState state, DataKey current, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        for (var pass = 0; pass < MostPasses && clock.GetElapsedTime(began) < Time; pass++)
        {
            var (found, replaced, failed) = (0, 0, 0);
            await foreach (var (user, key) in rows.EncryptedByOthersAsync(current.Id, cancellation))
            {
                found++;
                var isReplaced = await TryReencryptAsync(user, key, current, cancellation);
                replaced += isReplaced == true ? 1 : 0;
                failed += isReplaced is null ? 1 : 0;
                if (clock.GetElapsedTime(began) >= Time)
                {
                    break;
                }
            }
            var isOver = found == failed && clock.GetElapsedTime(began) < Time;
            if (await table.NoteAsync(state, replaced, failed, isOver ? clock.GetUtcNow() : null, cancellation) is not { } noted)
            {
                // The next rotation has begun.
                return;
            }
            state = noted;
            if (replaced == 0 && !isOver)
            {
                // What is left has to wait: for its data key, or for whoever is at it.
                Log.Waiting(logger, found - failed);
                return;
            }
            if (isOver)
            {
                Log.Finished(logger, current.Id, state.Replaced, failed);
                return;
            }
        }
    }

    /// <summary>False where somebody else changed the row, or its data key is not to be had now; null where it does not decrypt with it.</summary>
    private async Task<bool?> TryReencryptAsync(UserId user, ProviderKey key, DataKey current, CancellationToken cancellation)
    {
        try
        {
            if (!await keeper.CanDecryptAsync(key, cancellation))
            {
                return false;
            }
            // Its data key may be one that was made since, to which this row has come already.
            if ((await ring!.CurrentAsync(cancellation))?.Id != current.Id)
            {
                return false;
            }
            var owner = await fence.EnterAsync(user, cancellation);
            if (!await keeper.ReencryptAsync(owner, key, current, cancellation))
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
        [LoggerMessage(LogLevel.Information, "All stored keys are under data key {Id}: {Replaced} were encrypted anew, {Failed} could not be")]
        public static partial void Finished(ILogger logger, string id, long replaced, int failed);

        [LoggerMessage(
            LogLevel.Warning,
            "{Rows} stored keys wait to be encrypted anew: their data key is not to be had, or they are just being changed"
        )]
        public static partial void Waiting(ILogger logger, int rows);

        [LoggerMessage(LogLevel.Information, "{Count} data keys were wrapped anew by the current version of the vault's key")]
        public static partial void Rewrapped(ILogger logger, int count);

        [LoggerMessage(LogLevel.Error, "Data keys could not be wrapped anew: {Reason}")]
        public static partial void NotRewrapped(ILogger logger, string reason);
    }
}
