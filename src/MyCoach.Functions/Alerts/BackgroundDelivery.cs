using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Alerts;

/// <summary>Delivers alerts right after they were recorded, without delaying the call that crossed the threshold.</summary>
internal sealed partial class BackgroundDelivery(
    AlertOutbox outbox,
    AlertWebhook webhook,
    ILogger<BackgroundDelivery> logger
)
{
    private const int MaxAtOnce = 4;

    private int running;

    /// <summary>
    /// Starts delivering what has just been recorded and returns at once. If that fails, or if the receiver is slow and
    /// others are being delivered, the roll-up does it.
    /// </summary>
    public void Start(UserId user, Month month)
    {
        if (!webhook.IsConfigured)
        {
            return;
        }
        if (Interlocked.Increment(ref running) > MaxAtOnce)
        {
            Interlocked.Decrement(ref running);
            return;
        }
        _ = Task.Run(() => TryDeliverAsync(user, month))
            .ContinueWith(_ => Interlocked.Decrement(ref running), TaskScheduler.Default);
    }

    private async Task TryDeliverAsync(UserId user, Month month)
    {
        try
        {
            await outbox.DeliverAsync(user, month, CancellationToken.None);
        }
        catch (AccountErasingException)
        {
            // The alert is erased with the account.
        }
        catch (Exception fault)
        {
            Log.Postponed(logger, fault.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "Could not deliver alerts now ({Reason}); they will be delivered by the next roll-up"
        )]
        public static partial void Postponed(ILogger logger, string reason);
    }
}
