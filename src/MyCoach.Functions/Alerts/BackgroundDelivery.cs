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
    /// <summary>
    /// Starts delivering what has just been recorded and returns at once. If that fails, the roll-up retries.
    /// </summary>
    public void Start(UserId user, Month month)
    {
        if (webhook.IsConfigured)
        {
            _ = Task.Run(() => TryDeliverAsync(user, month));
        }
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
