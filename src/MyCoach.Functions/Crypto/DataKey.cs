using System.Security.Cryptography;
using Azure.Core.Cryptography;

namespace MyCoach.Crypto;

/// <summary>A 32-byte AES key and the id that stands in the rows it encrypted. Its bytes are zeroed once it is disposed of.</summary>
internal sealed class DataKey : IDisposable
{
    public const int Bytes = 32;

    private readonly byte[] key;

    private DataKey(string id, byte[] key) => (Id, this.key) = (id, key);

    public string Id { get; }

    public ReadOnlySpan<byte> Key => key;

    /// <summary>From the setting of the process.</summary>
    public static DataKey Local(byte[] key) => new($"local-{Digest(key)}", key);

    /// <summary>Made here, and kept only as the vault's key wraps it.</summary>
    public static DataKey Wrapped(byte[] key) => new($"vault-{Digest(key)}", key);

    /// <summary>As the vault's key wraps it.</summary>
    public Task<byte[]> WrapAsync(IKeyEncryptionKey wrapping, string algorithm, CancellationToken cancellation) =>
        wrapping.WrapKeyAsync(algorithm, key, cancellation);

    public void Dispose() => CryptographicOperations.ZeroMemory(key);

    // The id is derived from the key, so that a row encrypted with another one is recognised instead of looking tampered with.
    private static string Digest(byte[] key) =>
        Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, outputLength: 8, info: "MyCoach data key id"u8.ToArray()));
}
