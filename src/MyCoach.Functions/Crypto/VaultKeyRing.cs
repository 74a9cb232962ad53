using System.Collections.Concurrent;
using System.Security.Cryptography;
using Azure.Core.Cryptography;

namespace MyCoach.Crypto;

/// <summary>
/// The data keys that the vault's key wraps. Each process unwraps a data key once, at its first use, and reloads the list every minute. If there is
/// no data key yet, the ring creates the first.
/// </summary>
internal sealed partial class VaultKeyRing(
    VaultKeyAddress address,
    IKeyEncryptionKeyResolver vault,
    WrappedKeysTable table,
    TimeProvider clock,
    ILogger<VaultKeyRing> logger
) : IDisposable
{
    private const string Algorithm = "RSA-OAEP-256";
    private const string NewKey = "new";

    private static readonly TimeSpan ReloadPeriod = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim gate = new(1);
    private readonly ConcurrentDictionary<string, DataKey> unwrapped = new(StringComparer.Ordinal);
    private readonly UnknownDataKeys unknown = new(clock);
    private readonly VaultCaller vaultCaller = new(address, clock, logger);
    private List<WrappedKey> wrapped = [];
    private long? readAt;

    /// <summary>The newest data key, which encrypts new values. Null if the vault is unavailable.</summary>
    public async Task<DataKey?> CurrentAsync(CancellationToken cancellation)
    {
        if (IsRecent && unwrapped.TryGetValue(wrapped[^1].DataKeyId, out var known))
        {
            return known;
        }
        using var entered = await EnterAsync(cancellation);
        await ReloadAsync(cancellation);
        return wrapped.Count == 0 ? await vaultCaller.TryAsync(NewKey, CreateAsync, cancellation) : await UnwrapAsync(wrapped[^1], cancellation);
    }

    /// <summary>Whether there is only the first data key, created less than <paramref name="age"/> ago.</summary>
    public bool IsFirstKeyYoungerThan(TimeSpan age) => wrapped is [var only] && clock.GetUtcNow() < only.CreatedAt + age;

    /// <summary>The data key with this id. Null if it does not exist or the vault is unavailable.</summary>
    public async Task<DataKey?> FindAsync(string id, CancellationToken cancellation)
    {
        if (unwrapped.TryGetValue(id, out var known))
        {
            return known;
        }
        using var entered = await EnterAsync(cancellation);
        await ReloadAsync(cancellation);
        if (Known(id) is null)
        {
            // Another instance may have created it after the last load.
            if (unknown.Contains(id))
            {
                return null;
            }
            readAt = null;
            await ReloadAsync(cancellation);
            unknown.Add(id);
        }
        return Known(id) is { } found ? await UnwrapAsync(found, cancellation) : null;

        WrappedKey? Known(string id) => wrapped.Find(key => key.DataKeyId == id);
    }

    /// <summary>Creates a data key for new values. Other instances use it within a minute. Null if the vault is unavailable.</summary>
    public async Task<DataKey?> RotateAsync(CancellationToken cancellation)
    {
        using var entered = await EnterAsync(cancellation);
        readAt = null;
        await ReloadAsync(cancellation);
        return await vaultCaller.TryAsync(NewKey, CreateAsync, cancellation);
    }

    /// <summary>Wraps data keys of earlier versions with the vault key's current version. Returns how many it rewrapped.</summary>
    /// <param name="keys">The rows with their ETags. A row that has changed since is skipped.</param>
    /// <exception cref="KeyVaultException"/>
    public async Task<int> RewrapAsync(IReadOnlyList<WrappedKey> keys, CancellationToken cancellation)
    {
        var rewrapped = 0;
        var current = await vault.ResolveAsync(address.KeyId, cancellation);
        foreach (var row in keys.Where(row => row.KeyId != current.KeyId))
        {
            try
            {
                var key = unwrapped.TryGetValue(row.DataKeyId, out var known) ? known : await UnwrapInVaultAsync(row, cancellation);
                var again = row with { KeyId = current.KeyId, Wrapped = await key.WrapAsync(current, Algorithm, cancellation) };
                rewrapped += await table.TryWriteAsync(again, cancellation) ? 1 : 0;
            }
            catch (KeyVaultException fault)
            {
                // A lost data key must not prevent rewrapping the others.
                Log.NotRewrapped(logger, row.DataKeyId, row.KeyId, fault.Message);
            }
        }
        return rewrapped;
    }

    /// <summary>The stored data keys, oldest first.</summary>
    public Task<List<WrappedKey>> ListAsync(CancellationToken cancellation) => table.ListAsync(cancellation);

    public void Dispose()
    {
        foreach (var key in unwrapped.Values)
        {
            key.Dispose();
        }
        gate.Dispose();
    }

    private bool IsRecent => wrapped.Count > 0 && readAt is { } at && clock.GetElapsedTime(at) < ReloadPeriod;

    private async Task ReloadAsync(CancellationToken cancellation)
    {
        if (!IsRecent)
        {
            var at = clock.GetTimestamp();
            wrapped = await table.ListAsync(cancellation);
            readAt = at;
        }
    }

    private async Task<DataKey> CreateAsync(CancellationToken cancellation)
    {
        var key = DataKey.Wrapped(RandomNumberGenerator.GetBytes(DataKey.Bytes));
        var wrapping = await vault.ResolveAsync(address.KeyId, cancellation);
        var number = wrapped.Count == 0 ? 1 : wrapped[^1].Number + 1;
        var row = new WrappedKey(number, key.Id, wrapping.KeyId, await key.WrapAsync(wrapping, Algorithm, cancellation), clock.GetUtcNow());
        if (!address.Owns(row.KeyId))
        {
            throw new KeyVaultException($"the vault wrapped with {row.KeyId}, which is not a version of the configured key");
        }
        if (await table.TryWriteAsync(row, cancellation))
        {
            Log.Created(logger, key.Id, row.KeyId);
            wrapped = [.. wrapped, row];
            return unwrapped[key.Id] = key;
        }
        // Another instance created a data key first: use that.
        key.Dispose();
        readAt = null;
        await ReloadAsync(cancellation);
        return await UnwrapAsync(wrapped[^1], cancellation)
            ?? throw new KeyVaultException("the vault does not unwrap the data key of another instance");
    }

    private async Task<DataKey?> UnwrapAsync(WrappedKey row, CancellationToken cancellation) =>
        unwrapped.TryGetValue(row.DataKeyId, out var known)
            ? known
            : await vaultCaller.TryAsync(row.DataKeyId, limited => UnwrapInVaultAsync(row, limited), cancellation);

    private async Task<DataKey> UnwrapInVaultAsync(WrappedKey row, CancellationToken cancellation)
    {
        // Check the stored key id first: a tampered row must not decide which address this process calls.
        if (!address.Owns(row.KeyId))
        {
            throw new KeyVaultException($"data key {row.DataKeyId} is wrapped by another vault key");
        }
        var key = DataKey.Wrapped(await (await vault.ResolveAsync(row.KeyId, cancellation)).UnwrapKeyAsync(Algorithm, row.Wrapped, cancellation));
        if (key.Id != row.DataKeyId || key.Key.Length != DataKey.Bytes)
        {
            key.Dispose();
            throw new KeyVaultException($"the vault unwrapped data key {row.DataKeyId} to a different key");
        }
        if (!unwrapped.TryAdd(key.Id, key))
        {
            key.Dispose();
        }
        return unwrapped[row.DataKeyId];
    }

    private async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        return new Releaser(gate);
    }

    private sealed class Releaser(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Created data key {Id}, wrapped by {KeyId}")]
        public static partial void Created(ILogger logger, string id, string keyId);

        [LoggerMessage(LogLevel.Error, "Could not rewrap data key {Id} of {KeyId} with the current version: {Reason}")]
        public static partial void NotRewrapped(ILogger logger, string id, string keyId, string reason);
    }
}
