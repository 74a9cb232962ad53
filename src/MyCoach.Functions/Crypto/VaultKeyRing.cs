using System.Security.Cryptography;
using MyCoach.Storage;

namespace MyCoach.Crypto;

/// <summary>
/// The data keys that the vault's key wraps. Each process unwraps a data key once, at its first use, and reloads the
/// list every minute. If there is no data key yet, the ring creates the first.
/// </summary>
internal sealed partial class VaultKeyRing(
    VaultKeyAddress address,
    DataKeyWrapper wrapper,
    UnwrappedDataKeys unwrapped,
    WrappedKeysTable table,
    TimeProvider clock,
    ILogger<VaultKeyRing> logger
) : IDisposable
{
    private const string NewKey = "new";

    private static readonly TimeSpan ReloadPeriod = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim gate = new(1);

    // Otherwise every request for a row with a lost data key would read the table.
    private readonly ExpiringMap<string, bool> notFound = new(clock, TimeSpan.FromSeconds(1), maxEntries: 1_000);
    private readonly VaultCaller vaultCaller = new(address, clock, logger);
    private List<WrappedKey> wrapped = [];
    private long? readAt;

    /// <summary>The newest data key, which encrypts new values. Null if the vault is unavailable.</summary>
    public async Task<DataKey?> CurrentAsync(CancellationToken cancellation)
    {
        if (IsRecent && unwrapped.Find(wrapped[^1].DataKeyId) is { } known)
        {
            return known;
        }
        using var entered = await EnterAsync(cancellation);
        await ReloadAsync(cancellation);
        return wrapped.Count == 0
            ? await vaultCaller.TryAsync(NewKey, CreateAsync, cancellation)
            : await UnwrapAsync(wrapped[^1], cancellation);
    }

    /// <summary>Whether there is only the first data key, created less than <paramref name="age"/> ago.</summary>
    public bool IsFirstKeyYoungerThan(TimeSpan age) =>
        wrapped is [var only] && clock.GetUtcNow() < only.CreatedAt + age;

    /// <summary>The data key with this id. Null if it does not exist or the vault is unavailable.</summary>
    public async Task<DataKey?> FindAsync(string id, CancellationToken cancellation)
    {
        if (unwrapped.Find(id) is { } known)
        {
            return known;
        }
        using var entered = await EnterAsync(cancellation);
        await ReloadAsync(cancellation);
        if (Known(id) is null)
        {
            // Another instance may have created it after the last load.
            if (notFound.TryGet(id, out _))
            {
                return null;
            }
            readAt = null;
            await ReloadAsync(cancellation);
            notFound.Set(id, true);
        }
        return Known(id) is { } found ? await UnwrapAsync(found, cancellation) : null;

        WrappedKey? Known(string id) => wrapped.Find(key => key.DataKeyId == id);
    }

    /// <summary>
    /// Creates a data key for new values. Other instances use it within a minute. Null if the vault is unavailable.
    /// </summary>
    public async Task<DataKey?> RotateAsync(CancellationToken cancellation)
    {
        using var entered = await EnterAsync(cancellation);
        readAt = null;
        await ReloadAsync(cancellation);
        return await vaultCaller.TryAsync(NewKey, CreateAsync, cancellation);
    }

    /// <summary>The stored data keys, oldest first.</summary>
    public Task<List<WrappedKey>> ListAsync(CancellationToken cancellation) => table.ListAsync(cancellation);

    public void Dispose() => gate.Dispose();

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
        var number = wrapped.Count == 0 ? 1 : wrapped[^1].Number + 1;
        try
        {
            var row = await wrapper.WrapAsync(key, number, clock, cancellation);
            if (await table.TryWriteAsync(row, cancellation))
            {
                Log.Created(logger, key.Id, row.KeyId);
                wrapped = [.. wrapped, row];
                unwrapped.Add(key);
                return key;
            }
        }
        catch
        {
            key.Dispose();
            throw;
        }
        // Another instance created a data key first: use that.
        key.Dispose();
        readAt = null;
        await ReloadAsync(cancellation);
        return await UnwrapAsync(wrapped[^1], cancellation)
            ?? throw new KeyVaultException("the vault does not unwrap the data key of another instance");
    }

    private async Task<DataKey?> UnwrapAsync(WrappedKey row, CancellationToken cancellation) =>
        unwrapped.Find(row.DataKeyId)
        ?? await vaultCaller.TryAsync(row.DataKeyId, limited => unwrapped.GetAsync(row, limited), cancellation);

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
    }
}
