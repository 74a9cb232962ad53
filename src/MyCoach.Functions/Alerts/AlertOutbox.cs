using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Alerts;

/// <summary>
/// Delivers the alerts that months have recorded, each at least once. An attempt is stored before it is made, so that
/// two instances do not make the same one. After a crash in between, the roll-up makes the next attempt once the back-off
/// is over.
/// </summary>
internal sealed partial class AlertOutbox(
    MonthTable table,
    AlertWebhook webhook,
    TimeProvider clock,
    ILogger<AlertOutbox> logger
)
{
    // Each can take 15 seconds, and other users wait for the same timer.
    private const int MaxAttempts = 4;

    private static readonly TimeSpan UnreachablePause = TimeSpan.FromMinutes(1);

    private long unreachableUntil;

    /// <summary>Tries a few of the alerts that are due. True if some must be tried later.</summary>
    public async Task<bool> DeliverAsync(UserId user, Month month, CancellationToken cancellation)
    {
        if (!webhook.IsConfigured)
        {
            return false;
        }
        // If the receiver is unreachable, do not try each of many alerts only to wait for a timeout every time.
        var isReachable = clock.GetUtcNow().UtcTicks >= Volatile.Read(ref unreachableUntil);
        var (hasPending, left) = (false, MaxAttempts);
        foreach (var alert in await table.ListAlertsAsync(user, month, cancellation))
        {
            var now = clock.GetUtcNow();
            if (alert.Delivery.HasLapsed(now))
            {
                await GiveUpAsync(user, month, alert, cancellation);
                continue;
            }
            var isTried = isReachable && left > 0 && alert.Delivery.IsDue(now);
            var tried = isTried ? await TryAsync(user, month, alert, now, cancellation) : alert;
            left -= isTried ? 1 : 0;
            hasPending |= tried.Delivery.IsPending(now);
        }
        return hasPending;
    }

    private async Task<Alert> TryAsync(
        UserId user,
        Month month,
        Alert alert,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var attempt = alert.Delivery.BeginAttempt(now);
        var begun = alert with { Delivery = attempt };
        if (await WriteAsync(begun, alert.ETag) is not { } stored)
        {
            // Another instance is making this attempt.
            return begun;
        }
        var error = await webhook.SendAsync(user, month, begun, now, cancellation);
        var tried = alert with
        {
            Delivery = attempt with { DeliveredAt = error is null ? clock.GetUtcNow() : null, LastError = error },
        };
        await WriteAsync(tried, stored);
        if (error is not null)
        {
            if (!AlertWebhook.IsReceiverResponse(error))
            {
                Volatile.Write(ref unreachableUntil, (clock.GetUtcNow() + UnreachablePause).UtcTicks);
            }
            Log.Failed(logger, attempt.MessageId, error, attempt.Attempts);
        }
        return tried;

        Task<Azure.ETag?> WriteAsync(Alert changed, Azure.ETag? read) =>
            this.WriteAsync(user, month, changed, read, cancellation);
    }

    // This includes alerts that were never tried because the receiver was unreachable for all that time.
    private async Task GiveUpAsync(UserId user, Month month, Alert alert, CancellationToken cancellation)
    {
        var lapsed = alert with { Delivery = alert.Delivery.GiveUp() };
        if (await WriteAsync(user, month, lapsed, alert.ETag, cancellation) is not null)
        {
            Log.GivenUp(logger, alert.Delivery.MessageId, alert.Delivery.Attempts);
        }
    }

    private Task<Azure.ETag?> WriteAsync(
        UserId user,
        Month month,
        Alert alert,
        Azure.ETag? read,
        CancellationToken cancellation
    ) => table.TryWriteAsync(user, alert.Write(user.MonthPartition(month)), read, cancellation);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Alert {Id} was not delivered: {Error} (attempt {Attempt}); retrying later")]
        public static partial void Failed(ILogger logger, string id, string error, int attempt);

        [LoggerMessage(
            LogLevel.Error,
            "Alert {Id} was not delivered in {Attempts} attempts over three days; giving up"
        )]
        public static partial void GivenUp(ILogger logger, string id, int attempts);
    }
}
