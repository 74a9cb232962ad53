using MyCoach.ProviderKeys;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>
/// Reads the bills of all users with an admin key. A pass that needs more time than a run has is continued by the
/// maintenance timer, from the user where it stopped.
/// </summary>
internal sealed partial class BillingSync(
    ProviderKeysTable keys,
    BillReader reader,
    TimerProgress progress,
    ErasureFence fence,
    TimeProvider clock,
    ILogger<BillingSync> logger
)
{
    /// <summary>The name of the timer function.</summary>
    public const string Name = "BillingSync";

    public const string Schedule = "0 15 3 * * *";
    public const string ScheduleSetting = "BillingSyncSchedule";
    public const string Step = "bills";

    /// <summary>Within the host's limit for a run (functionTimeout).</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(25);

    /// <summary>What a run of the maintenance timer adds to a pass that is not complete.</summary>
    public static readonly TimeSpan ContinuationLimit = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancellation) =>
        await RunAsync(await progress.FindAsync(Step, cancellation), TimeLimit, cancellation);

    public async Task ContinueAsync(CancellationToken cancellation)
    {
        if (await progress.FindAsync(Step, cancellation) is { Length: > 0 } start)
        {
            await RunAsync(start, ContinuationLimit, cancellation);
        }
    }

    private async Task RunAsync(string start, TimeSpan limit, CancellationToken cancellation)
    {
        var (began, read) = (clock.GetTimestamp(), 0);
        UserId? stoppedAt = null;
        await foreach (var (user, key) in keys.ListAllAsync(KeyPurpose.Billing, UserId.KeyOf(start), cancellation))
        {
            if (IsOver() || !await TryReadAsync(user, key))
            {
                stoppedAt = user;
                break;
            }
            read++;
        }
        await progress.SaveAsync(
            Step,
            start,
            stoppedAt is null ? null : (stoppedAt, stoppedAt.FirstMonthPartition),
            CancellationToken.None
        );
        Log.Read(logger, read, stoppedAt is null ? "complete" : "to be continued");

        bool IsOver() => clock.GetElapsedTime(began) >= limit;

        async Task<bool> TryReadAsync(UserId user, ProviderKey key)
        {
            try
            {
                return await reader.ReadAsync(await fence.EnterAsync(user, cancellation), key, IsOver, cancellation);
            }
            catch (AccountErasingException)
            {
                return true;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // The next run continues with this user.
                return false;
            }
            catch (Exception fault) when (!StorageFaults.IsUnavailable(fault))
            {
                // The bill of one user must not stop those of all others.
                Log.Failed(logger, fault, key.Provider.Id);
                return true;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Reading the bill of an organisation at {Provider} failed")]
        public static partial void Failed(ILogger logger, Exception fault, string provider);

        [LoggerMessage(LogLevel.Information, "Read the bills of {Count} organisations: {State}")]
        public static partial void Read(ILogger logger, int count, string state);
    }
}
