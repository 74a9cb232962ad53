using Azure.Core.Cryptography;

namespace MyCoach.Crypto;

/// <summary>Wraps and unwraps data keys with the vault's key, and checks what the vault answers.</summary>
internal sealed class DataKeyWrapper(VaultKeyAddress address, IKeyEncryptionKeyResolver vault)
{
    private const string Algorithm = "RSA-OAEP-256";

    /// <summary>The current version of the vault's key.</summary>
    public Task<IKeyEncryptionKey> CurrentVersionAsync(CancellationToken cancellation) =>
        vault.ResolveAsync(address.KeyId, cancellation);

    /// <exception cref="KeyVaultException">The vault wrapped with another key.</exception>
    public async Task<WrappedKey> WrapAsync(DataKey key, int number, TimeProvider clock, CancellationToken cancellation)
    {
        var version = await CurrentVersionAsync(cancellation);
        var row = new WrappedKey(
            number,
            key.Id,
            version.KeyId,
            await key.WrapAsync(version, Algorithm, cancellation),
            clock.GetUtcNow()
        );
        return address.FindFault(row.KeyId) is { } fault
            ? throw new KeyVaultException($"the vault wrapped with {row.KeyId}, but {fault}")
            : row;
    }

    /// <summary>The row with its data key wrapped by another version of the vault's key.</summary>
    public static async Task<WrappedKey> RewrapAsync(
        WrappedKey row,
        DataKey key,
        IKeyEncryptionKey version,
        CancellationToken cancellation
    ) => row with { KeyId = version.KeyId, Wrapped = await key.WrapAsync(version, Algorithm, cancellation) };

    /// <exception cref="KeyVaultException">The row names another vault key, or the result is not its data key.</exception>
    public async Task<DataKey> UnwrapAsync(WrappedKey row, CancellationToken cancellation)
    {
        // Check the stored key id first: a tampered row must not decide which address this process calls.
        if (address.FindFault(row.KeyId) is { } fault)
        {
            throw new KeyVaultException(
                $"data key {row.DataKeyId} is wrapped by another vault key, {row.KeyId}: {fault}"
            );
        }
        var version = await vault.ResolveAsync(row.KeyId, cancellation);
        var key = DataKey.Wrapped(await version.UnwrapKeyAsync(Algorithm, row.Wrapped, cancellation));
        if (key.Id != row.DataKeyId || key.Key.Length != DataKey.Bytes)
        {
            key.Dispose();
            throw new KeyVaultException($"the vault unwrapped data key {row.DataKeyId} to a different key");
        }
        return key;
    }
}
