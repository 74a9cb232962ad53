using Azure.Identity;
using MyCoach.Storage;

namespace MyCoach.Crypto;

/// <summary>
/// Calls the vault with a time limit of 10 s, because a caller is waiting. After a failure, does not repeat the same
/// request for 10 s.
/// </summary>
internal sealed partial class VaultCaller(VaultKeyAddress address, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    private readonly ExpiringMap<string, bool> failed = new(clock, RetryPause, maxEntries: 1_000);

    /// <summary>
    /// Null if the vault refuses or does not answer now, or did so less than 10 s ago. Logs the reason.
    /// </summary>
    public async Task<DataKey?> TryAsync(
        string request,
        Func<CancellationToken, Task<DataKey>> call,
        CancellationToken cancellation
    )
    {
        if (failed.TryGet(request, out _))
        {
            return null;
        }
        using var timeout = new CancellationTokenSource(Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            var key = await call(either.Token);
            failed.Remove(request);
            return key;
        }
        catch (Exception fault) when (fault is KeyVaultException or AuthenticationFailedException)
        {
            return Fail(fault.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Fail($"the vault did not answer within {Timeout.TotalSeconds} seconds");
        }

        DataKey? Fail(string reason)
        {
            failed.Set(request, true);
            Log.Unavailable(logger, address.KeyId, reason);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Error,
            "Vault key {KeyId} is unavailable, so provider keys can be neither stored nor used: {Reason}"
        )]
        public static partial void Unavailable(ILogger logger, string keyId, string reason);
    }
}
