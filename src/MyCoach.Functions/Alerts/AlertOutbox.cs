using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Alerts;

/// <summary>
/// Delivers the thresholds that months have recorded, each at least once. An attempt is noted before it is made, so that two instances make it only once
/// and a crash in between costs a pause; the roll-up makes the later ones.
/// </summary>
internal sealed partial class AlertOutbox(MonthTable table, AlertWebhook webhook, TimeProvider clock, ILogger<AlertOutbox> logger)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private long unreachableUntil;

    /// <summary>Tries at once what has just been recorded. Nobody waits for it: what fails here, the roll-up finds.</summary>
    public void Hasten(UserId user, Month month)
    {
        if (webhook.IsConfigured)
        {
            _ = Task.Run(() => TryDeliverAsync(user, month));
        }
    }

    /// <summary>Tries what is due; true where something is left to be tried later.</summary>
    public async Task<bool> DeliverAsync(UserId user, Month month, CancellationToken cancellation)
    {
        if (!webhook.IsConfigured)
        {
            return false;
        }
        // A receiver that cannot be reached is not asked for each of many alerts whether it still cannot.
        var isReachable = clock.GetUtcNow().UtcTicks >= Volatile.Read(ref unreachableUntil);
        var isLeft = false;
        foreach (var alert in await table.ListAlertsAsync(user, month, cancellation))
        {
            var now = clock.GetUtcNow();
            if (alert.HasLapsed(now))
            {
                await GiveUpAsync(user, month, alert, cancellation);
                continue;
            }
            var tried = isReachable && alert.IsDue(now) ? await TryAsync(user, month, alert, now, cancellation) : alert;
            isLeft |= tried.IsPending(now);
        }
        return isLeft;
    }

    private async Task<Alert> TryAsync(UserId user, Month month, Alert alert, DateTimeOffset now, CancellationToken cancellation)
    {
        var trying = alert.Try(now);
        if (await WriteAsync(trying, alert.ETag) is not { } noted)
        {
            // Somebody else is at it.
            return trying;
        }
        var error = await webhook.SendAsync(user, month, trying, now, cancellation);
        var tried = error is null ? trying with { DeliveredAt = clock.GetUtcNow(), LastError = null } : trying with { LastError = error };
        await WriteAsync(tried, noted);
        if (error is not null)
        {
            if (!AlertWebhook.IsOfReceiver(error))
            {
                Volatile.Write(ref unreachableUntil, (clock.GetUtcNow() + Rest).UtcTicks);
            }
            Log.Failed(logger, trying.MessageId, error, trying.Attempts);
        }
        return tried;

        Task<Azure.ETag?> WriteAsync(Alert one, Azure.ETag? read) => this.WriteAsync(user, month, one, read, cancellation);
    }

    // Also what was never tried, because the receiver could not be reached whenever its turn came.
    private async Task GiveUpAsync(UserId user, Month month, Alert alert, CancellationToken cancellation)
    {
        if (await WriteAsync(user, month, alert.GiveUp(), alert.ETag, cancellation) is not null)
        {
            Log.GivenUp(logger, alert.MessageId, alert.Attempts);
        }
    }

    private Task<Azure.ETag?> WriteAsync(UserId user, Month month, Alert one, Azure.ETag? read, CancellationToken cancellation) =>
        table.TryWriteAsync(user, one.Write(user.MonthPartition(month)), read, cancellation);

    private async Task TryDeliverAsync(UserId user, Month month)
    {
        try
        {
            await DeliverAsync(user, month, CancellationToken.None);
        }
        catch (AccountErasingException)
        {
            // There is nobody left to be told about.
        }
        catch (Exception fault)
        {
            Log.Postponed(logger, fault.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Alert {Id} was not delivered: {Error} (attempt {Attempt}); it is tried again")]
        public static partial void Failed(ILogger logger, string id, string error, int attempt);

        [LoggerMessage(LogLevel.Error, "Alert {Id} was not delivered in {Attempts} attempts over three days and is given up")]
        public static partial void GivenUp(ILogger logger, string id, int attempts);

        [LoggerMessage(LogLevel.Warning, "Alerts are delivered by the next roll-up, because of {Reason}")]
        public static partial void Postponed(ILogger logger, string reason);
    }
}
