using Azure.Identity;

namespace MyCoach.Crypto;

/// <summary>
/// Asks a vault for one thing after the other. All attempts at one have an end, because a caller waits, and what the vault refused it is not asked for
/// again by each of many callers. Not for several at once.
/// </summary>
internal sealed partial class VaultAsking(VaultKeyAddress address, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, long> refused = new(StringComparer.Ordinal);

    /// <summary>Null where the vault refuses, does not answer, or did so within the last seconds; why is logged.</summary>
    public async Task<DataKey?> TryAsync(string what, Func<CancellationToken, Task<DataKey>> ask, CancellationToken cancellation)
    {
        if (refused.TryGetValue(what, out var at) && clock.GetElapsedTime(at) < Rest)
        {
            return null;
        }
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            var key = await ask(either.Token);
            refused.Remove(what);
            return key;
        }
        catch (Exception fault) when (fault is KeyVaultException or AuthenticationFailedException)
        {
            return Refuse(fault.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Refuse($"it did not answer within {Patience.TotalSeconds} seconds");
        }

        DataKey? Refuse(string reason)
        {
            refused[what] = clock.GetTimestamp();
            Log.Refused(logger, address.KeyId, reason);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The vault's key {KeyId} is of no use now, so provider keys can be neither stored nor used: {Reason}")]
        public static partial void Refused(ILogger logger, string keyId, string reason);
    }
}
