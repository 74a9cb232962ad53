using System.Security.Cryptography;
using Azure.Core.Cryptography;

namespace MyCoach.Crypto;

/// <summary>A 32-byte AES key. Rows contain the id of the data key that encrypted them. Dispose zeroes the key.</summary>
internal sealed class DataKey : IDisposable
{
    public const int Bytes = 32;

    private readonly byte[] key;

    private DataKey(string id, byte[] key) => (Id, this.key) = (id, key);

    public string Id { get; }

    public ReadOnlySpan<byte> Key => key;

    /// <summary>A data key from the setting <c>API_KEY_ENCRYPTION_KEY</c>.</summary>
    public static DataKey Local(byte[] key) => new($"local-{Digest(key)}", key);

    /// <summary>A data key that is stored only wrapped by the vault's key.</summary>
    public static DataKey Wrapped(byte[] key) => new($"vault-{Digest(key)}", key);

    /// <summary>Wraps the key with the vault's key.</summary>
    public Task<byte[]> WrapAsync(IKeyEncryptionKey wrapping, string algorithm, CancellationToken cancellation) =>
        wrapping.WrapKeyAsync(algorithm, key, cancellation);

    public void Dispose() => CryptographicOperations.ZeroMemory(key);

    // The id is derived from the key. So a row encrypted with another key is recognised, instead of looking tampered with.
    private static string Digest(byte[] key) =>
        Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, outputLength: 8, info: "MyCoach data key id"u8.ToArray()));
}
