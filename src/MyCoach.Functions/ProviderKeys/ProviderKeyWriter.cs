using Azure;
using MyCoach.Crypto;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>Stores, re-encrypts and deletes keys.</summary>
internal sealed class ProviderKeyWriter(
    ProviderKeysTable table,
    ProviderKeyCache active,
    ProviderKeyCipher cipher,
    DataKeys dataKeys,
    KeyCheck check,
    TimeProvider clock
)
{
    /// <summary>
    /// Checks a new key at its provider and stores it, unless the provider rejects it or <paramref name="isAllowed"/>
    /// returns false.
    /// </summary>
    /// <param name="old">The stored key as last read; null if there was none.</param>
    /// <param name="isAllowed">Whether the preconditions allow replacing the key with this ETag; null if none is
    /// stored.</param>
    public async Task<(KeyOutcome, ProviderKey?)> StoreAsync(
        UserId user,
        Provider provider,
        string apiKey,
        KeyAccount account,
        ProviderKey? old,
        Func<ETag?, bool> isAllowed,
        CancellationToken cancellation
    )
    {
        var dataKey = await dataKeys.CurrentAsync(cancellation) ?? throw new EncryptionUnavailableException();
        var status = await check.CheckAsync(provider, apiKey, account, cancellation);
        if (status == KeyStatus.Invalid)
        {
            return (KeyOutcome.Rejected, null);
        }
        var encrypted = ProviderKeyCipher.Encrypt(user, provider, apiKey, dataKey);
        var storeId = Guid.NewGuid().ToString("N");
        for (
            var race = new ConflictRetry();
            ;
            await race.BackOffAsync(cancellation), old = await table.FindAsync(user, provider, cancellation)
        )
        {
            if (!isAllowed(old?.ETag))
            {
                return (KeyOutcome.Changed, null);
            }
            var now = clock.GetUtcNow();
            DateTimeOffset? validatedAt = status == KeyStatus.Unverified ? null : now;
            var key = new ProviderKey(
                provider,
                encrypted,
                dataKey.Id,
                ProviderKey.Mask(apiKey),
                status,
                validatedAt,
                old?.CreatedAt ?? now,
                now
            )
            {
                Account = account,
                ETag = old?.ETag,
                StoreId = storeId,
            };
            // Do not cancel the write when the caller disconnects: it could succeed while the cache and the activity
            // log miss it.
            if (await table.TryWriteAsync(user, key, CancellationToken.None) is { } written)
            {
                active.Invalidate(user, provider);
                return (old is null ? KeyOutcome.Created : KeyOutcome.Replaced, written);
            }
        }
    }

    /// <summary>
    /// Re-encrypts a key with the current data key. False if the row was changed or deleted meanwhile.
    /// </summary>
    /// <exception cref="TamperedException"/>
    public async Task<bool> ReencryptAsync(
        UserId user,
        ProviderKey key,
        DataKey current,
        CancellationToken cancellation
    )
    {
        var apiKey = await cipher.DecryptAsync(user, key, cancellation);
        var encrypted = ProviderKeyCipher.Encrypt(user, key.Provider, apiKey, current, key.Purpose);
        var written = await table.TryWriteAsync(
            user,
            key with
            {
                EncryptedKey = encrypted,
                DataKeyId = current.Id,
            },
            cancellation
        );
        active.Invalidate(user, key.Provider);
        return written is not null;
    }

    public async Task<KeyOutcome> DeleteAsync(
        UserId user,
        Provider provider,
        Func<ETag?, bool> isAllowed,
        CancellationToken cancellation
    )
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            if (await table.FindAsync(user, provider, cancellation) is not { } key)
            {
                return isAllowed(null) ? KeyOutcome.NotFound : KeyOutcome.Changed;
            }
            if (!isAllowed(key.ETag))
            {
                return KeyOutcome.Changed;
            }
            if (await table.TryDeleteAsync(user, key, CancellationToken.None))
            {
                active.Invalidate(user, provider);
                return KeyOutcome.Deleted;
            }
        }
    }
}
