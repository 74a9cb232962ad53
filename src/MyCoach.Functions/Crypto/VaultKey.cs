using Azure.Core.Cryptography;

namespace MyCoach.Crypto;

/// <summary>One version of the key.</summary>
internal sealed class VaultKey(KeyVault vault, string keyId, string version) : IKeyEncryptionKey
{
    public string KeyId => keyId;

    public Task<byte[]> WrapKeyAsync(
        string algorithm,
        ReadOnlyMemory<byte> key,
        CancellationToken cancellationToken = default
    ) => vault.OperateAsync(version, "wrapkey", algorithm, key, cancellationToken);

    public Task<byte[]> UnwrapKeyAsync(
        string algorithm,
        ReadOnlyMemory<byte> encryptedKey,
        CancellationToken cancellationToken = default
    ) => vault.OperateAsync(version, "unwrapkey", algorithm, encryptedKey, cancellationToken);

    public byte[] WrapKey(string algorithm, ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) =>
        throw SyncNotSupported();

    public byte[] UnwrapKey(
        string algorithm,
        ReadOnlyMemory<byte> encryptedKey,
        CancellationToken cancellationToken = default
    ) => throw SyncNotSupported();

    public static NotSupportedException SyncNotSupported() => new("Only the asynchronous calls are supported.");
}
