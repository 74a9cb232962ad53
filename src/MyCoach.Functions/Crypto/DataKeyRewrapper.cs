namespace MyCoach.Crypto;

/// <summary>Moves stored data keys to the current version of the vault's key.</summary>
internal sealed partial class DataKeyRewrapper(
    DataKeyWrapper wrapper,
    UnwrappedDataKeys unwrapped,
    WrappedKeysTable table,
    ILogger<DataKeyRewrapper> logger
)
{
    /// <summary>Returns how many data keys it rewrapped.</summary>
    /// <param name="keys">The rows with their ETags. A row that has changed since is skipped.</param>
    /// <exception cref="KeyVaultException">The vault does not give the current version of its key.</exception>
    public async Task<int> RewrapAsync(IReadOnlyList<WrappedKey> keys, CancellationToken cancellation)
    {
        var rewrapped = 0;
        var current = await wrapper.CurrentVersionAsync(cancellation);
        foreach (var row in keys.Where(row => row.KeyId != current.KeyId))
        {
            try
            {
                var key = await unwrapped.GetAsync(row, cancellation);
                var again = await DataKeyWrapper.RewrapAsync(row, key, current, cancellation);
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

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Could not rewrap data key {Id} of {KeyId} with the current version: {Reason}")]
        public static partial void NotRewrapped(ILogger logger, string id, string keyId, string reason);
    }
}
