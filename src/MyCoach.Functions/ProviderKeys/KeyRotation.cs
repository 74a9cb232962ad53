using Azure.Identity;
using MyCoach.Crypto;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>
/// Re-encrypts every stored key with the current data key. It starts once every instance writes with that key, and repeats its scan until no row uses
/// another key. It leaves a row alone that changes meanwhile. It can be killed at any point, and several runs at once re-encrypt each row once.
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
    /// <summary>The delay from creating a data key to its scan. Other instances use the old key until they reread the ring, once a minute.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(5);
    private const int MostPasses = 100;

    private readonly VaultKeyRing? ring = services.GetService<VaultKeyRing>();

    /// <summary>Whether a vault is configured. Without one there is a single local data key.</summary>
    public bool IsPossible => ring is not null;

    /// <summary>Creates a data key and stores the start of a rotation to it. Null if the vault refuses.</summary>
    public async Task<DataKey?> BeginAsync(CancellationToken cancellation)
    {
        if (await ring!.RotateAsync(cancellation) is not { } made)
        {
            return null;
        }
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
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
        var settling = all.Count == 1 && dataKeys.IsLeavingLocalKey ? DataKeys.Handover + Settling : Settling;
        if (all.LastOrDefault() is not { } newest || clock.GetUtcNow() < newest.CreatedAt + settling)
        {
            return;
        }
        // The first data key of a vault was not requested as a rotation, but rows of a local data key must still move to it.
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
        for (var pass = 0; pass < MostPasses && clock.GetElapsedTime(began) < TimeLimit; pass++)
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
            if (await table.AddPassAsync(state, replaced, failed, isFinished ? clock.GetUtcNow() : null, cancellation) is not { } updated)
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

    /// <summary>False if the row changed meanwhile or its data key is unavailable; null if the row does not decrypt.</summary>
    private async Task<bool?> TryReencryptAsync(UserId user, ProviderKey key, DataKey current, CancellationToken cancellation)
    {
        try
        {
            if (!await keeper.CanDecryptAsync(key, cancellation))
            {
                return false;
            }
            // A newer data key may exist by now, and this row may already use it.
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
        [LoggerMessage(LogLevel.Information, "All stored keys use data key {Id}: re-encrypted {Replaced}, {Failed} failed")]
        public static partial void Finished(ILogger logger, string id, long replaced, int failed);

        [LoggerMessage(
            LogLevel.Warning,
            "{Rows} stored keys still wait to be re-encrypted: their data key is unavailable, or they are being changed"
        )]
        public static partial void Waiting(ILogger logger, int rows);

        [LoggerMessage(LogLevel.Information, "Rewrapped {Count} data keys with the current version of the vault's key")]
        public static partial void Rewrapped(ILogger logger, int count);

        [LoggerMessage(LogLevel.Error, "Could not rewrap the data keys: {Reason}")]
        public static partial void NotRewrapped(ILogger logger, string reason);
    }
}
