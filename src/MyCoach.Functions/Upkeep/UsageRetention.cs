using System.Globalization;
using Azure;
using MyCoach.Hosting;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>How many months an event is kept after its own; null is for ever.</summary>
internal sealed record RetentionSettings(int? Months)
{
    // A call may be posted up to 35 days late, and its id has to be known for as long.
    private const int Least = 2;
    private const int Most = 1_200;

    /// <summary>From <c>Usage__RetentionMonths</c>.</summary>
    public static RetentionSettings Read(IConfiguration configuration) =>
        configuration["Usage:RetentionMonths"] switch
        {
            null or "" or "0" => new RetentionSettings(Months: null),
            var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var months) && months is >= Least and <= Most =>
                new(months),
            _ => throw new SettingException(
                "Usage__RetentionMonths",
                $"must be 0, which keeps everything, or a whole number of months from {Least} to {Most}"
            ),
        };
}

/// <summary>
/// Removes events that are older than they are to be kept, with the marks of their ids. The rows of totals and the ledger stay, and from then on stand for
/// themselves. It goes over the months once a month; killed at any point, the next run goes on, and two at once do each month once.
/// </summary>
internal sealed partial class UsageRetention(
    RetentionSettings settings,
    RetentionTable progress,
    MonthTable usage,
    ErasureFence fence,
    TimeProvider clock,
    ILogger<UsageRetention> logger
)
{
    private static readonly TimeSpan Time = TimeSpan.FromMinutes(5);

    public async Task RunAsync(CancellationToken cancellation)
    {
        if (settings.Months is not { } months)
        {
            return;
        }
        var through = Month.Of(clock.GetUtcNow().AddMonths(-months)).Previous;
        if (string.CompareOrdinal(await progress.FindAsync(cancellation), through.Compact) >= 0)
        {
            return;
        }
        using var time = new CancellationTokenSource(Time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        var isOver = true;
        try
        {
            await foreach (var (user, month) in usage.MonthsWithEventsAsync(through, either.Token))
            {
                isOver &= await TryRemoveAsync(user, month, either.Token);
            }
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            isOver = false;
        }
        if (isOver)
        {
            await progress.WriteAsync(through.Compact, cancellation);
        }
        else
        {
            Log.Unfinished(logger);
        }
    }

    // False where something is left to do, which the next run does.
    private async Task<bool> TryRemoveAsync(UserId user, Month month, CancellationToken cancellation)
    {
        try
        {
            var owner = await fence.EnterAsync(user, cancellation);
            if (
                !await TryMarkAsync(owner, month, EventRemoval.Begun, cancellation)
                || await RemoveAsync(owner, month, cancellation) is not { } removed
            )
            {
                return false;
            }
            Log.Removed(logger, removed, month);
            return await TryMarkAsync(owner, month, EventRemoval.Done, cancellation);
        }
        catch (AccountErasingException)
        {
            // They go with the account.
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException && !StorageFaults.IsUnavailable(fault))
        {
            // One month must not keep the others from it.
            Log.Failed(logger, fault, month);
            return false;
        }
    }

    // First of all: a recount that came between would hold the ledger against what is left.
    private async Task<bool> TryMarkAsync(UserId user, Month month, EventRemoval removal, CancellationToken cancellation)
    {
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            if (await usage.FindLedgerAsync(user, month, cancellation) is not { Reservations: 0 } ledger)
            {
                return false;
            }
            if (
                ledger.Removal == removal
                || await usage.TryWriteAsync(user, (ledger with { Removal = removal }).Write(user.MonthPartition(month)), ledger.ETag, cancellation)
                    is not null
            )
            {
                return true;
            }
        }
    }

    // How many; null where others were faster with some of them. Each goes with its mark, so that none stands without the other, and then the marks of
    // ids that were kept out of the month.
    private async Task<int?> RemoveAsync(UserId user, Month month, CancellationToken cancellation)
    {
        var removed = 0;
        await foreach (var keys in usage.EventsAndMarksAsync(user, month, cancellation))
        {
            var transaction = new EntityGroupTransaction(user.MonthPartition(month));
            foreach (var key in keys)
            {
                transaction.Delete(user.MonthPartition(month), key, ETag.All);
            }
            if (await usage.SubmitAsync(user, transaction, cancellation) != TransactionOutcome.Committed)
            {
                return null;
            }
            removed += keys.Count;
        }
        return removed;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Removed {Rows} rows of events of a user's {Month}, which were older than they are to be kept")]
        public static partial void Removed(ILogger logger, int rows, Month month);

        [LoggerMessage(LogLevel.Information, "The removal of old events goes on at the next run")]
        public static partial void Unfinished(ILogger logger);

        [LoggerMessage(LogLevel.Error, "The old events of a user's {Month} could not be removed; it is tried again at the next run")]
        public static partial void Failed(ILogger logger, Exception fault, Month month);
    }
}
