using Azure.Identity;
using MyCoach.Crypto;
using MyCoach.Storage;

namespace MyCoach.ProviderKeys;

/// <summary>
/// Moves the stored keys to a new data key: begins a rotation, and scans once every instance writes with that key. It
/// can be killed at any point, and several runs at once re-encrypt each row once.
/// </summary>
internal sealed partial class KeyRotation(
    IServiceProvider services,
    RotationTable table,
    RotationScan scan,
    DataKeys dataKeys,
    TimeProvider clock,
    ILogger<KeyRotation> logger
)
{
    /// <summary>
    /// The delay from creating a data key to its scan. Other instances use the old key until they reread the ring, once
    /// a minute.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(2);

    private readonly VaultKeyRing? ring = services.GetService<VaultKeyRing>();
    private readonly DataKeyRewrapper? rewrapper = services.GetService<DataKeyRewrapper>();

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
            var state = RotationState.Begin(made.Id, clock.GetUtcNow()) with
            {
                ETag = (await table.FindAsync(cancellation))?.ETag,
            };
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
        // The first data key of a vault was not requested as a rotation, but rows of a local data key must still move
        // to it.
        var state = await table.FindAsync(cancellation);
        if (state?.DataKeyId != newest.DataKeyId)
        {
            state = RotationState.Begin(newest.DataKeyId, newest.CreatedAt) with { ETag = state?.ETag };
        }
        if (
            state.FinishedAt is null
            && await ring.CurrentAsync(cancellation) is { } current
            && current.Id == state.DataKeyId
        )
        {
            await scan.RunAsync(state, current, cancellation);
        }
    }

    private async Task RewrapAsync(IReadOnlyList<WrappedKey> keys, CancellationToken cancellation)
    {
        try
        {
            if (await rewrapper!.RewrapAsync(keys, cancellation) is > 0 and var count)
            {
                Log.Rewrapped(logger, count);
            }
        }
        catch (Exception fault) when (fault is KeyVaultException or AuthenticationFailedException)
        {
            Log.NotRewrapped(logger, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Rewrapped {Count} data keys with the current version of the vault's key")]
        public static partial void Rewrapped(ILogger logger, int count);

        [LoggerMessage(LogLevel.Error, "Could not rewrap the data keys: {Reason}")]
        public static partial void NotRewrapped(ILogger logger, string reason);
    }
}
