using System.Security.Cryptography;
using Azure;
using MyCoach.Crypto;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>What became of a request to change a key.</summary>
internal enum KeyOutcome
{
    Created,
    Replaced,
    Deleted,
    NotFound,

    /// <summary>The provider refused the key; nothing was stored.</summary>
    Rejected,

    /// <summary>The stored key is not the one the caller named in <c>If-Match</c>.</summary>
    Changed,
}

/// <summary>Tries keys at their provider, encrypts them, and notes what the provider thought of them.</summary>
internal sealed partial class KeyKeeper(
    ProviderKeysTable table,
    ActiveKeys active,
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

    /// <param name="old">What is stored now, as far as is known.</param>
    /// <param name="isAllowed">Whether the caller lets the state with this ETag (null: no key) be changed.</param>
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
        var encrypted = SecretCipher.Encrypt(dataKey.Key, apiKey, Place(user, provider, dataKey.Id));
        var storeId = Guid.NewGuid().ToString("N");
        for (var race = new Race(); ; await race.LostAsync(cancellation), old = await table.FindAsync(user, provider, cancellation))
        {
            if (!isAllowed(old?.ETag))
            {
                return (KeyOutcome.Changed, null);
            }
            var now = clock.GetUtcNow();
            DateTimeOffset? validatedAt = status == KeyStatus.Unverified ? null : now;
            var key = new ProviderKey(provider, encrypted, dataKey.Id, ProviderKey.Mask(apiKey), status, validatedAt, old?.CreatedAt ?? now, now);
            // From here on nothing stops because the caller left: it could be done, and nobody would be told.
            if (await table.TryWriteAsync(user, key with { ETag = old?.ETag, StoreId = storeId }, CancellationToken.None) is { } written)
            {
                active.Forget(user, provider);
                return (old is null ? KeyOutcome.Created : KeyOutcome.Replaced, written);
            }
        }
    }

    /// <summary>Asks the provider about the stored key and notes the answer, unless the key was replaced (the replacement is returned) or deleted (null).</summary>
    public async Task<ProviderKey?> ValidateAsync(UserId user, ProviderKey key, CancellationToken cancellation)
    {
        var status = await check.CheckAsync(key.Provider, await DecryptAsync(user, key, cancellation), cancellation);
        if (status == KeyStatus.Unverified)
        {
            // A provider that did not answer said nothing against what was known before: the caller hears of it, the row stays.
            return key with { Status = status };
        }
        for (var (race, stored) = (new Race(), key); ; await race.LostAsync(CancellationToken.None))
        {
            var now = clock.GetUtcNow();
            var noted = stored with { Status = status, LastValidatedAt = now, UpdatedAt = now };
            var written = await table.TryWriteAsync(user, noted, CancellationToken.None);
            active.Forget(user, key.Provider);
            // Where it is the same key still, it was only encrypted anew, or a call has shown something of it.
            if (written is not null || await table.FindAsync(user, key.Provider, CancellationToken.None) is not { } found || !found.IsSameAs(key))
            {
                return written ?? await table.FindAsync(user, key.Provider, CancellationToken.None);
            }
            stored = found;
        }
    }

    /// <summary>The key itself, for one request.</summary>
    /// <exception cref="EncryptionUnavailableException"/>
    /// <exception cref="TamperedException"/>
    public async Task<string> DecryptAsync(UserId user, ProviderKey key, CancellationToken cancellation)
    {
        var dataKey = await dataKeys.FindAsync(key.DataKeyId, cancellation) ?? throw new EncryptionUnavailableException();
        try
        {
            return SecretCipher.Decrypt(dataKey.Key, key.EncryptedKey, Place(user, key.Provider, dataKey.Id));
        }
        catch (CryptographicException fault)
        {
            Log.Tampered(logger, key.Provider.Id, user.Key, dataKey.Id);
            throw new TamperedException(fault);
        }
    }

    /// <summary>Encrypts a key anew with the current data key. False where the row was changed or deleted meanwhile.</summary>
    /// <exception cref="TamperedException"/>
    public async Task<bool> ReencryptAsync(UserId user, ProviderKey key, DataKey current, CancellationToken cancellation)
    {
        var apiKey = await DecryptAsync(user, key, cancellation);
        var encrypted = SecretCipher.Encrypt(current.Key, apiKey, Place(user, key.Provider, current.Id));
        var written = await table.TryWriteAsync(user, key with { EncryptedKey = encrypted, DataKeyId = current.Id }, cancellation);
        active.Forget(user, key.Provider);
        return written is not null;
    }

    public async Task<KeyOutcome> DeleteAsync(UserId user, Provider provider, Func<ETag?, bool> isAllowed, CancellationToken cancellation)
    {
        for (var race = new Race(); ; await race.LostAsync(cancellation))
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
                active.Forget(user, provider);
                return KeyOutcome.Deleted;
            }
        }
    }

    private static byte[] Place(UserId user, Provider provider, string dataKeyId) =>
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
