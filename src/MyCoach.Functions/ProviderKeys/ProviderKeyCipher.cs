using System.Security.Cryptography;
using MyCoach.Crypto;
using MyCoach.Providers;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>Encrypts and decrypts provider keys.</summary>
internal sealed partial class ProviderKeyCipher(DataKeys dataKeys, ILogger<ProviderKeyCipher> logger)
{
    public async Task<bool> CanEncryptAsync(CancellationToken cancellation) =>
        await dataKeys.CurrentAsync(cancellation) is not null;

    public async Task<bool> CanDecryptAsync(ProviderKey key, CancellationToken cancellation) =>
        await dataKeys.FindAsync(key.DataKeyId, cancellation) is not null;

    /// <summary>Encrypts a key with this data key, bound to the row of the user and provider.</summary>
    public static string Encrypt(
        UserId user,
        Provider provider,
        string apiKey,
        DataKey dataKey,
        KeyPurpose purpose = KeyPurpose.Calls
    ) => SecretCipher.Encrypt(dataKey.Key, apiKey, AssociatedData(user, provider, dataKey.Id, purpose));

    /// <summary>Decrypts a key. Keep the plaintext only until the request that it authorises is sent.</summary>
    /// <exception cref="EncryptionUnavailableException"/>
    /// <exception cref="TamperedException"/>
    public async Task<string> DecryptAsync(UserId user, ProviderKey key, CancellationToken cancellation)
    {
        var dataKey =
            await dataKeys.FindAsync(key.DataKeyId, cancellation) ?? throw new EncryptionUnavailableException();
        try
        {
            return SecretCipher.Decrypt(
                dataKey.Key,
                key.EncryptedKey,
                AssociatedData(user, key.Provider, dataKey.Id, key.Purpose)
            );
        }
        catch (CryptographicException fault)
        {
            Log.Tampered(logger, key.Provider.Id, user.Key, dataKey.Id);
            throw new TamperedException(fault);
        }
    }

    private static byte[] AssociatedData(UserId user, Provider provider, string dataKeyId, KeyPurpose purpose) =>
        SecretCipher.AssociatedData(NameOf(purpose), user.Value, provider.Id, dataKeyId);

    private static string NameOf(KeyPurpose purpose) => purpose == KeyPurpose.Calls ? "provider-key" : "billing-key";

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Error,
            "The stored {Provider} key of {User} does not decrypt with its data key {DataKeyId}: its row was changed or moved"
        )]
        public static partial void Tampered(ILogger logger, string provider, string user, string dataKeyId);
    }
}
