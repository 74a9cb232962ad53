using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>Checks stored keys at their provider when their owner asks for it.</summary>
internal sealed class KeyValidation(
    ProviderKeysTable table,
    ProviderKeyCache active,
    ProviderKeyCipher cipher,
    KeyCheck check,
    TimeProvider clock
)
{
    /// <summary>
    /// Checks the key at its provider and stores the result. Returns the new key if replaced meanwhile, null if
    /// deleted.
    /// </summary>
    public async Task<ProviderKey?> ValidateAsync(UserId user, ProviderKey key, CancellationToken cancellation)
    {
        var status = await check.CheckAsync(
            key.Provider,
            await cipher.DecryptAsync(user, key, cancellation),
            key.Account,
            cancellation
        );
        if (status == KeyStatus.Unverified)
        {
            // The provider gave no verdict. Report that to the caller, but keep the stored status.
            return key with { Status = status };
        }
        for (var (race, stored) = (new ConflictRetry(), key); ; await race.BackOffAsync(CancellationToken.None))
        {
            var now = clock.GetUtcNow();
            var validated = stored with { Status = status, LastValidatedAt = now, UpdatedAt = now };
            var written = await table.TryWriteAsync(user, validated, CancellationToken.None);
            active.Invalidate(user, key.Provider);
            // If it is still the same key, only its encryption or its status changed, so apply the result to the new
            // row.
            if (
                written is not null
                || await table.FindAsync(user, key.Provider, CancellationToken.None) is not { } found
                || !found.IsSameAs(key)
            )
            {
                return written ?? await table.FindAsync(user, key.Provider, CancellationToken.None);
            }
            stored = found;
        }
    }
}
