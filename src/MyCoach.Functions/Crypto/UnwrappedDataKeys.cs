using System.Collections.Concurrent;

namespace MyCoach.Crypto;

/// <summary>The data keys that this process has created or unwrapped. Dispose zeroes them.</summary>
internal sealed class UnwrappedDataKeys(DataKeyWrapper wrapper) : IDisposable
{
    private readonly ConcurrentDictionary<string, DataKey> keys = new(StringComparer.Ordinal);

    public DataKey? Find(string id) => keys.GetValueOrDefault(id);

    public void Add(DataKey key) => keys[key.Id] = key;

    /// <summary>The data key of the row. Calls the vault at its first use.</summary>
    /// <exception cref="KeyVaultException"/>
    public async Task<DataKey> GetAsync(WrappedKey row, CancellationToken cancellation)
    {
        if (Find(row.DataKeyId) is { } known)
        {
            return known;
        }
        var key = await wrapper.UnwrapAsync(row, cancellation);
        if (!keys.TryAdd(key.Id, key))
        {
            key.Dispose();
        }
        return keys[row.DataKeyId];
    }

    public void Dispose()
    {
        foreach (var key in keys.Values)
        {
            key.Dispose();
        }
    }
}
