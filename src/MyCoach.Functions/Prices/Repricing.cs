using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Prices;

/// <summary>
/// Works through the months of a repricing job, in as many runs of the timer as that takes. After a crash the next run
/// continues, and concurrent runs are safe.
/// </summary>
internal sealed partial class Repricing(
    RepricingTable table,
    PriceVersionsTable versions,
    MonthRepricing months,
    MonthScans scans,
    TimerProgress progress,
    ErasureFence fence,
    TimeProvider clock,
    ILogger<Repricing> logger
)
{
    public const string Step = "repricing";
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(2);

    // Until then instances may still price by the version before, and record what they priced.
    private static readonly TimeSpan StartDelay = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var (began, now) = (clock.GetTimestamp(), clock.GetUtcNow());
        if (
            await table.FindJobAsync(cancellation) is not { IsRunning: true } job
            || now < job.StartedAt + StartDelay
            || await FindCatalogueAsync(job, cancellation) is not { } catalogue
        )
        {
            return;
        }
        // A new job starts at the beginning, wherever the one before stopped.
        var start = job.Months == 0 ? "" : await progress.FindAsync(Step, cancellation);
        (UserId User, string From)? stoppedAt = null;
        var (done, hasFailed) = (0, false);
        await foreach (var (user, month) in scans.ListMonthsFromAsync(MonthOf(job.From), start, cancellation))
        {
            if ((await table.FindJobAsync(cancellation))?.ETag != job.ETag)
            {
                // An operator has stopped it, or another run of the timer works on it.
                return;
            }
            if (clock.GetElapsedTime(began) >= TimeLimit)
            {
                stoppedAt = (user, user.MonthPartition(month));
                break;
            }
            hasFailed |= !await TryRunAsync(user, month, job, catalogue, cancellation);
            done++;
        }
        await SaveAsync(job, done, start, stoppedAt, hasFailed, cancellation);
    }

    // Null if this release cannot read the version. Then no event may change.
    private async Task<ModelCatalogue?> FindCatalogueAsync(RepricingJob job, CancellationToken cancellation) =>
        job.Version == 0 ? ModelCatalogue.Embedded
        : await versions.FindAsync(job.Version, cancellation) is { } version ? ModelCatalogue.Embedded.With(version)
        : null;

    private async Task<bool> TryRunAsync(
        UserId user,
        Month month,
        RepricingJob job,
        ModelCatalogue catalogue,
        CancellationToken cancellation
    )
    {
        try
        {
            await months.RunAsync(await fence.EnterAsync(user, cancellation), month, job, catalogue, cancellation);
            return true;
        }
        catch (AccountErasingException)
        {
            // The erasure deletes the events.
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException && !StorageFaults.IsUnavailable(fault))
        {
            // A failed month must not block the others.
            Log.Failed(logger, fault, month);
            return false;
        }
    }

    private async Task SaveAsync(
        RepricingJob job,
        int done,
        string start,
        (UserId User, string From)? stoppedAt,
        bool hasFailed,
        CancellationToken cancellation
    )
    {
        await progress.SaveAsync(Step, start, stoppedAt, cancellation);
        var failures = hasFailed || (start.Length > 0 && job.HasFailures);
        var isFinished = stoppedAt is null && !failures;
        var state = job with
        {
            // A run that begins at the first month counts the months from there.
            Months = start.Length == 0 ? done : job.Months + done,
            HasFailures = failures,
            Status = isFinished ? RepricingJob.Finished : RepricingJob.Running,
            FinishedAt = isFinished ? clock.GetUtcNow() : null,
        };
        // Not written if an operator has stopped the job meanwhile.
        if (await table.TryWriteAsync(state, cancellation) is not null && isFinished)
        {
            Log.Finished(logger, job.From, job.Version, state.Months, job.IsDryRun);
        }
    }

    private static Month MonthOf(DateOnly day) => new(day.Year, day.Month);

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Information,
            "Priced the calls since {From} again by version {Version}, in {Months} user-months; dry run: {IsDryRun}"
        )]
        public static partial void Finished(ILogger logger, DateOnly from, long version, long months, bool isDryRun);

        [LoggerMessage(LogLevel.Error, "Could not price a user's {Month} again; retrying at the next run")]
        public static partial void Failed(ILogger logger, Exception fault, Month month);
    }
}
