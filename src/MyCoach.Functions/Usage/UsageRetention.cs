using System.Globalization;
using MyCoach.Accounts;
using MyCoach.Auth;
using MyCoach.Budgets;
using MyCoach.Hosting;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>How many months an event is kept after its own; null is for ever.</summary>
internal sealed record RetentionSettings(int? Months)
{
    private const int Most = 1_200;

    /// <summary>From <c>Usage__RetentionMonths</c>.</summary>
    public static RetentionSettings Read(IConfiguration configuration) =>
        configuration["Usage:RetentionMonths"] switch
        {
            null or "" or "0" => new RetentionSettings(Months: null),
            var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var months) && months <= Most => new(months),
            _ => throw new SettingException("Usage__RetentionMonths", $"must be a whole number of months, at most {Most}; 0 keeps everything"),
        };
}

/// <summary>
/// Removes events that are older than they are to be kept, with the marks of their ids. The rows of totals and the ledger stay, and from then on stand for
/// themselves. It goes over the months once a month; killed at any point, the next run goes on, and two at once do each month once.
/// </summary>
internal sealed partial class UsageRetention(
    RetentionSettings settings,
    RetentionTable progress,
    UsageTable usage,
    ErasureFence fence,
    TimeProvider clock,
    ILogger<UsageRetention> logger
)
{
    private static readonly TimeSpan Time = TimeSpan.FromMinutes(3);

    public async Task RunAsync(CancellationToken cancellation)
    {
        if (settings.Months is not { } months)
        {
            return;
        }
        var through = Month.Of(clock.GetUtcNow().AddMonths(-months)).Previous;
        var state = await progress.FindAsync(cancellation);
        if (state?.From is null && string.CompareOrdinal(state?.Through, through.Compact) >= 0)
        {
            return;
        }
        var (began, left) = (clock.GetTimestamp(), (string?)null);
        var from = state?.Through == through.Compact ? state.From ?? "" : "";
        await foreach (var (partition, user, month, removal) in usage.LedgersAsync(from, cancellation))
        {
            if (clock.GetElapsedTime(began) >= Time)
            {
                await progress.WriteAsync(new RetentionProgress(through.Compact, left ?? partition), cancellation);
                Log.Stopped(logger);
                return;
            }
            if (month.Start <= through.Start && removal != EventRemoval.Done && !await TryRemoveAsync(user, month, cancellation))
            {
                left ??= partition;
            }
        }
        await progress.WriteAsync(new RetentionProgress(through.Compact, left), cancellation);
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

    // How many; null where others were faster with some of them.
    private async Task<int?> RemoveAsync(UserId user, Month month, CancellationToken cancellation)
    {
        var removed = 0;
        await foreach (var rows in usage.EventsAndMarksAsync(user, month, cancellation))
        {
            var transaction = new EntityGroupTransaction(user.MonthPartition(month));
            foreach (var row in rows)
            {
                transaction.Delete(row.PartitionKey, row.RowKey, row.ETag);
            }
            if (await usage.SubmitAsync(user, transaction, cancellation) != TransactionOutcome.Committed)
            {
                return null;
            }
            removed += rows.Count;
        }
        return removed;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Removed {Rows} rows of events of a user's {Month}, which were older than they are to be kept")]
        public static partial void Removed(ILogger logger, int rows, Month month);

        [LoggerMessage(LogLevel.Information, "The removal of old events goes on at the next run")]
        public static partial void Stopped(ILogger logger);
    }
}
