using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>Notes what live traffic tells of a key, where that is news and the stored key is still the one that was used.</summary>
internal sealed partial class KeyStanding(
    ProviderKeysTable table,
    ActiveKeys active,
    ActivityTable activity,
    TimeProvider clock,
    ILogger<KeyStanding> logger
)
{
    /// <param name="used">As it was when the call began.</param>
    public async Task NoteAsync(UserId user, ProviderKey used, KeyStatus status)
    {
        if (IsNews(used, status))
        {
            try
            {
                await WriteAsync(user, used, status);
            }
            catch (Exception fault)
            {
                // The next call will tell it again.
                Log.NotNoted(logger, used.Provider.Id, status, fault.GetType().Name);
            }
        }
    }

    private async Task WriteAsync(UserId user, ProviderKey used, KeyStatus status)
    {
        for (var race = new Race(); ; await race.LostAsync(CancellationToken.None))
        {
            var stored = await table.FindAsync(user, used.Provider, CancellationToken.None);
            if (stored is null || !stored.IsSameAs(used) || !IsNews(stored, status))
            {
                active.Forget(user, used.Provider);
                return;
            }
            var now = clock.GetUtcNow();
            var told = Tells(stored.Status, status) ? stored with { Status = status, LastValidatedAt = now, UpdatedAt = now } : stored;
            told = status == KeyStatus.Valid ? told with { FirstUsedAt = stored.FirstUsedAt ?? now } : told;
            if (await table.TryWriteAsync(user, told, CancellationToken.None) is not null)
            {
                active.Forget(user, used.Provider);
                Log.Noted(logger, used.Provider.Id, told.Status);
                await NoteAsync(user, stored, told);
                return;
            }
        }
    }

    private async Task NoteAsync(UserId user, ProviderKey before, ProviderKey after)
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

    private static bool IsNews(ProviderKey known, KeyStatus status) =>
        (known.FirstUsedAt is null && status == KeyStatus.Valid) || Tells(known.Status, status);

    // A key that works is no longer unverified or out of credit; whether it may do everything, a single call does not tell.
    private static bool Tells(KeyStatus known, KeyStatus status) =>
        status switch
        {
            KeyStatus.Valid => known is KeyStatus.NoCredit or KeyStatus.Unverified,
            KeyStatus.NoCredit => known is not (KeyStatus.NoCredit or KeyStatus.Invalid),
            _ => known != status,
        };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "A call has shown that an {Provider} key is {Status}")]
        public static partial void Noted(ILogger logger, string provider, KeyStatus status);

        [LoggerMessage(LogLevel.Warning, "That an {Provider} key is {Status} could not be noted: {Reason}")]
        public static partial void NotNoted(ILogger logger, string provider, KeyStatus status, string reason);
    }
}
