using System.Collections.Concurrent;
using System.Security.Cryptography;
using Azure.Core.Cryptography;

namespace MyCoach.Crypto;

/// <summary>
/// The data keys that the vault's key wraps. Each is unwrapped once a process, when it is first needed; the first one is made where there is none. Which
/// ones there are is read again every minute.
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

    private static readonly TimeSpan Reload = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim gate = new(1);
    private readonly ConcurrentDictionary<string, DataKey> unwrapped = new(StringComparer.Ordinal);
    private readonly UnknownDataKeys unknown = new(clock);
    private readonly VaultAsking asking = new(address, clock, logger);
    private List<WrappedKey> wrapped = [];
    private long? readAt;

    /// <summary>Null where the vault does not give it.</summary>
    public async Task<DataKey?> CurrentAsync(CancellationToken cancellation)
    {
        if (IsRecent && unwrapped.TryGetValue(wrapped[^1].DataKeyId, out var known))
        {
            return known;
        }
        using var entered = await EnterAsync(cancellation);
        await ReadAsync(cancellation);
        return wrapped.Count == 0 ? await asking.TryAsync(NewKey, MakeAsync, cancellation) : await UnwrapAsync(wrapped[^1], cancellation);
    }

    /// <summary>Whether the current data key is the first that there is, and was made no longer ago than this.</summary>
    public bool IsFirstWithin(TimeSpan time) => wrapped is [var only] && clock.GetUtcNow() < only.CreatedAt + time;

    /// <summary>Null where there is no such key, or the vault does not give it.</summary>
    public async Task<DataKey?> FindAsync(string id, CancellationToken cancellation)
    {
        if (unwrapped.TryGetValue(id, out var known))
        {
            return known;
        }
        using var entered = await EnterAsync(cancellation);
        await ReadAsync(cancellation);
        if (Known(id) is null)
        {
            // Another instance may have made it, and written with it, since.
            if (unknown.Has(id))
            {
                return null;
            }
            readAt = null;
            await ReadAsync(cancellation);
            unknown.Add(id);
        }
        return Known(id) is { } found ? await UnwrapAsync(found, cancellation) : null;

        WrappedKey? Known(string id) => wrapped.Find(key => key.DataKeyId == id);
    }

    /// <summary>Makes a data key, with which new values are written from now on; elsewhere within a minute. Null where the vault refuses.</summary>
    public async Task<DataKey?> RotateAsync(CancellationToken cancellation)
    {
        using var entered = await EnterAsync(cancellation);
        readAt = null;
        await ReadAsync(cancellation);
        return await asking.TryAsync(NewKey, MakeAsync, cancellation);
    }

    /// <summary>Wraps with the vault key's current version what an earlier one wrapped, and says how many data keys that were.</summary>
    /// <param name="keys">As they were read.</param>
    /// <exception cref="KeyVaultException"/>
    public async Task<int> RewrapAsync(IReadOnlyList<WrappedKey> keys, CancellationToken cancellation)
    {
        var rewrapped = 0;
        var current = await vault.ResolveAsync(address.KeyId, cancellation);
        foreach (var row in keys.Where(row => row.KeyId != current.KeyId))
        {
            try
            {
                var key = unwrapped.TryGetValue(row.DataKeyId, out var known) ? known : await AskAsync(row, cancellation);
                var again = row with { KeyId = current.KeyId, Wrapped = await key.WrapAsync(current, Algorithm, cancellation) };
                rewrapped += await table.TryWriteAsync(again, cancellation) ? 1 : 0;
            }
            catch (KeyVaultException fault)
            {
                // The others must not wait for one that is lost.
                Log.NotRewrapped(logger, row.DataKeyId, row.KeyId, fault.Message);
            }
        }
        return rewrapped;
    }

    /// <summary>The data keys as they are stored, in the order in which they came.</summary>
    public Task<List<WrappedKey>> ListAsync(CancellationToken cancellation) => table.ListAsync(cancellation);

    public void Dispose()
    {
        foreach (var key in unwrapped.Values)
        {
            key.Dispose();
        }
        gate.Dispose();
    }

    private bool IsRecent => wrapped.Count > 0 && readAt is { } at && clock.GetElapsedTime(at) < Reload;

    private async Task ReadAsync(CancellationToken cancellation)
    {
        if (!IsRecent)
        {
            var at = clock.GetTimestamp();
            wrapped = await table.ListAsync(cancellation);
            readAt = at;
        }
    }

    private async Task<DataKey> MakeAsync(CancellationToken cancellation)
    {
        var key = DataKey.Wrapped(RandomNumberGenerator.GetBytes(DataKey.Bytes));
        var wrapping = await vault.ResolveAsync(address.KeyId, cancellation);
        var number = wrapped.Count == 0 ? 1 : wrapped[^1].Number + 1;
        var row = new WrappedKey(number, key.Id, wrapping.KeyId, await key.WrapAsync(wrapping, Algorithm, cancellation), clock.GetUtcNow());
        if (!address.Owns(row.KeyId))
        {
            throw new KeyVaultException($"it wrapped with {row.KeyId}, which is no version of that key");
        }
        if (await table.TryWriteAsync(row, cancellation))
        {
            Log.Made(logger, key.Id, row.KeyId);
            wrapped = [.. wrapped, row];
            return unwrapped[key.Id] = key;
        }
        // Another instance was faster: its key is the one.
        key.Dispose();
        readAt = null;
        await ReadAsync(cancellation);
        return await UnwrapAsync(wrapped[^1], cancellation) ?? throw new KeyVaultException("it does not unwrap what another instance wrapped");
    }

    private async Task<DataKey?> UnwrapAsync(WrappedKey row, CancellationToken cancellation) =>
        unwrapped.TryGetValue(row.DataKeyId, out var known)
            ? known
            : await asking.TryAsync(row.DataKeyId, patience => AskAsync(row, patience), cancellation);

    private async Task<DataKey> AskAsync(WrappedKey row, CancellationToken cancellation)
    {
        // What stands in a table must not decide whom this process asks.
        if (!address.Owns(row.KeyId))
        {
            throw new KeyVaultException($"data key {row.DataKeyId} names another one");
        }
        var key = DataKey.Wrapped(await (await vault.ResolveAsync(row.KeyId, cancellation)).UnwrapKeyAsync(Algorithm, row.Wrapped, cancellation));
        if (key.Id != row.DataKeyId || key.Key.Length != DataKey.Bytes)
        {
            key.Dispose();
            throw new KeyVaultException($"it unwrapped data key {row.DataKeyId} to another one");
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
        return new Leaving(gate);
    }

    private sealed class Leaving(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Made data key {Id}, wrapped by {KeyId}")]
        public static partial void Made(ILogger logger, string id, string keyId);

        [LoggerMessage(LogLevel.Error, "Data key {Id}, wrapped by {KeyId}, could not be wrapped by the current version: {Reason}")]
        public static partial void NotRewrapped(ILogger logger, string id, string keyId, string reason);
    }
}
