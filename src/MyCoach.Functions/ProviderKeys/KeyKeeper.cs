using System.Security.Cryptography;
using Azure;
using MyCoach.Crypto;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>The outcome of a request to change a key.</summary>
internal enum KeyOutcome
{
    Created,
    Replaced,
    Deleted,
    NotFound,

    /// <summary>The provider rejected the key, so nothing was stored.</summary>
    Rejected,

    /// <summary>The stored key does not match the caller's <c>If-Match</c>.</summary>
    Changed,
}

/// <summary>Checks keys at their provider, and encrypts, stores and decrypts them.</summary>
internal sealed partial class KeyKeeper(
    ProviderKeysTable table,
    ProviderKeyCache active,
    DataKeys dataKeys,
    KeyCheck check,
    TimeProvider clock,
    ILogger<KeyKeeper> logger
)
{
    private const string Purpose = "provider-key";

    public async Task<bool> CanEncryptAsync(CancellationToken cancellation) => await dataKeys.CurrentAsync(cancellation) is not null;

    public async Task<bool> CanDecryptAsync(ProviderKey key, CancellationToken cancellation) =>
        await dataKeys.FindAsync(key.DataKeyId, cancellation) is not null;

    /// <summary>Checks a new key at its provider and stores it, unless the provider rejects it or <paramref name="isAllowed"/> returns false.</summary>
    /// <param name="old">The stored key as last read; null if there was none.</param>
    /// <param name="isAllowed">Whether the preconditions allow replacing the key with this ETag; null if none is stored.</param>
    public async Task<(KeyOutcome, ProviderKey?)> StoreAsync(
        UserId user,
        Provider provider,
        string apiKey,
        ProviderKey? old,
        Func<ETag?, bool> isAllowed,
        CancellationToken cancellation
    )
    {
        var dataKey = await dataKeys.CurrentAsync(cancellation) ?? throw new EncryptionUnavailableException();
        var status = await check.CheckAsync(provider, apiKey, cancellation);
        if (status == KeyStatus.Invalid)
        {
            return (KeyOutcome.Rejected, null);
        }
        var encrypted = SecretCipher.Encrypt(dataKey.Key, apiKey, AssociatedData(user, provider, dataKey.Id));
        var storeId = Guid.NewGuid().ToString("N");
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation), old = await table.FindAsync(user, provider, cancellation))
        {
            if (!isAllowed(old?.ETag))
            {
                return (KeyOutcome.Changed, null);
            }
            var now = clock.GetUtcNow();
            DateTimeOffset? validatedAt = status == KeyStatus.Unverified ? null : now;
            var key = new ProviderKey(provider, encrypted, dataKey.Id, ProviderKey.Mask(apiKey), status, validatedAt, old?.CreatedAt ?? now, now);
            // Do not cancel the write when the caller disconnects: it could succeed while the cache and the activity log miss it.
            if (await table.TryWriteAsync(user, key with { ETag = old?.ETag, StoreId = storeId }, CancellationToken.None) is { } written)
            {
                active.Invalidate(user, provider);
                return (old is null ? KeyOutcome.Created : KeyOutcome.Replaced, written);
            }
        }
    }

    /// <summary>Checks the key at its provider and stores the result. Returns the new key if replaced meanwhile, null if deleted.</summary>
    public async Task<ProviderKey?> ValidateAsync(UserId user, ProviderKey key, CancellationToken cancellation)
    {
        var status = await check.CheckAsync(key.Provider, await DecryptAsync(user, key, cancellation), cancellation);
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
            // If it is still the same key, only its encryption or its status changed, so apply the result to the new row.
            if (written is not null || await table.FindAsync(user, key.Provider, CancellationToken.None) is not { } found || !found.IsSameAs(key))
            {
                return written ?? await table.FindAsync(user, key.Provider, CancellationToken.None);
            }
            stored = found;
        }
    }

    /// <summary>Decrypts a key. Keep the plaintext only until the request that it authorises is sent.</summary>
    /// <exception cref="EncryptionUnavailableException"/>
    /// <exception cref="TamperedException"/>
    public async Task<string> DecryptAsync(UserId user, ProviderKey key, CancellationToken cancellation)
    {
        var dataKey = await dataKeys.FindAsync(key.DataKeyId, cancellation) ?? throw new EncryptionUnavailableException();
        try
        {
            return SecretCipher.Decrypt(dataKey.Key, key.EncryptedKey, AssociatedData(user, key.Provider, dataKey.Id));
        }
        catch (CryptographicException fault)
        {
            Log.Tampered(logger, key.Provider.Id, user.Key, dataKey.Id);
            throw new TamperedException(fault);
        }
    }

    /// <summary>Re-encrypts a key with the current data key. False if the row was changed or deleted meanwhile.</summary>
    /// <exception cref="TamperedException"/>
    public async Task<bool> ReencryptAsync(UserId user, ProviderKey key, DataKey current, CancellationToken cancellation)
    {
        var apiKey = await DecryptAsync(user, key, cancellation);
        var encrypted = SecretCipher.Encrypt(current.Key, apiKey, AssociatedData(user, key.Provider, current.Id));
        var written = await table.TryWriteAsync(user, key with { EncryptedKey = encrypted, DataKeyId = current.Id }, cancellation);
        active.Invalidate(user, key.Provider);
        return written is not null;
    }

    public async Task<KeyOutcome> DeleteAsync(UserId user, Provider provider, Func<ETag?, bool> isAllowed, CancellationToken cancellation)
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

    private static byte[] AssociatedData(UserId user, Provider provider, string dataKeyId) =>
        SecretCipher.AssociatedData(Purpose, user.Value, provider.Id, dataKeyId);

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Error,
            "The stored {Provider} key of {User} does not decrypt with its data key {DataKeyId}: its row was changed or moved"
        )]
        public static partial void Tampered(ILogger logger, string provider, string user, string dataKeyId);
    }
}
