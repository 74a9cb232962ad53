using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>Updates a stored key's status from the outcome of a call, if the status changes and the key was not replaced meanwhile.</summary>
internal sealed partial class KeyStatusRecorder(
    ProviderKeysTable table,
    ProviderKeyCache active,
    ActivityTable activity,
    TimeProvider clock,
    ILogger<KeyStatusRecorder> logger
)
{
    /// <summary>Never throws: a failed update is only logged.</summary>
    /// <param name="used">The key as read when the call started.</param>
    public async Task RecordAsync(UserId user, ProviderKey used, KeyStatus status)
    {
        if (IsChange(used, status))
        {
            try
            {
                await WriteAsync(user, used, status);
            }
            catch (Exception fault)
            {
                // The next call with this key updates the status.
                Log.NotUpdated(logger, used.Provider.Id, status, fault.GetType().Name);
            }
        }
    }

    private async Task WriteAsync(UserId user, ProviderKey used, KeyStatus status)
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(CancellationToken.None))
        {
            var stored = await table.FindAsync(user, used.Provider, CancellationToken.None);
            if (stored is null || !stored.IsSameAs(used) || !IsChange(stored, status))
            {
                active.Invalidate(user, used.Provider);
                return;
            }
            var now = clock.GetUtcNow();
            var updated = ChangesStatus(stored.Status, status) ? stored with { Status = status, LastValidatedAt = now, UpdatedAt = now } : stored;
            updated = status == KeyStatus.Valid ? updated with { FirstUsedAt = stored.FirstUsedAt ?? now } : updated;
            if (await table.TryWriteAsync(user, updated, CancellationToken.None) is not null)
            {
                active.Invalidate(user, used.Provider);
                Log.Updated(logger, used.Provider.Id, updated.Status);
                await LogActivityAsync(user, stored, updated);
                return;
            }
        }
    }

    private async Task LogActivityAsync(UserId user, ProviderKey before, ProviderKey after)
    {
        if (before.FirstUsedAt is null && after.FirstUsedAt is not null)
        {
            await activity.AddAsync(user, Actor.Program, Activity.KeyFirstUsed, before.Provider.Id);
        }
        if (after.Status == KeyStatus.Invalid && before.Status != KeyStatus.Invalid)
        {
            await activity.AddAsync(user, Actor.Program, Activity.KeyMarkedInvalid, before.Provider.Id);
        }
    }

    private static bool IsChange(ProviderKey known, KeyStatus status) =>
        (known.FirstUsedAt is null && status == KeyStatus.Valid) || ChangesStatus(known.Status, status);

    // A successful call proves that the key is verified and has credit. It does not prove that the key has full permissions.
    private static bool ChangesStatus(KeyStatus known, KeyStatus status) =>
        status switch
        {
            KeyStatus.Valid => known is KeyStatus.NoCredit or KeyStatus.Unverified,
            KeyStatus.NoCredit => known is not (KeyStatus.NoCredit or KeyStatus.Invalid),
            _ => known != status,
        };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "A call has shown that an {Provider} key is {Status}")]
        public static partial void Updated(ILogger logger, string provider, KeyStatus status);

        [LoggerMessage(LogLevel.Warning, "Could not store that an {Provider} key is {Status}: {Reason}")]
        public static partial void NotUpdated(ILogger logger, string provider, KeyStatus status, string reason);
    }
}
