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

    // After so many storage failures in a row, the next run of the timer continues.
    private const int MaxUnavailable = 5;

    // A month that fails is tried in as many passes over all months.
    private const int MaxPasses = 5;

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
        var start = job is { Months: 0, Passes: 0 } ? "" : await progress.FindAsync(Step, cancellation);
        (UserId User, string From)? stoppedAt = null;
        var (done, failed, unavailable) = (0, 0, 0);
        await foreach (var (user, month) in scans.ListMonthsFromAsync(MonthOf(job.From), start, cancellation))
        {
            if ((await table.FindJobAsync(cancellation))?.ETag != job.ETag)
            {
                // An operator has stopped it, or another run of the timer works on it.
                return;
            }
            if (clock.GetElapsedTime(began) >= TimeLimit || unavailable == MaxUnavailable)
            {
                stoppedAt = (user, user.MonthPartition(month));
                break;
            }
            var outcome = await TryRunAsync(user, month, job, catalogue, cancellation);
            unavailable = outcome == MonthOutcome.Unavailable ? unavailable + 1 : 0;
            failed += outcome == MonthOutcome.Done ? 0 : 1;
            done++;
        }
        await SaveAsync(job, done, start, stoppedAt, failed, cancellation);
    }

    // Null if this release cannot read the version. Then no event may change.
    private async Task<ModelCatalogue?> FindCatalogueAsync(RepricingJob job, CancellationToken cancellation) =>
        job.Version == 0 ? ModelCatalogue.Embedded
        : await versions.FindAsync(job.Version, cancellation) is { IsReadable: true } version
            ? ModelCatalogue.Embedded.With(version)
        : null;

    private async Task<MonthOutcome> TryRunAsync(
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
            return MonthOutcome.Done;
        }
        catch (AccountErasingException)
        {
            // The erasure deletes the events.
            return MonthOutcome.Done;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A failed month must not block the others.
            Log.Failed(logger, fault, month);
            return StorageFaults.IsUnavailable(fault) && fault is not RowBusyException
                ? MonthOutcome.Unavailable
                : MonthOutcome.Failed;
        }
    }

    private async Task SaveAsync(
        RepricingJob job,
        int done,
        string start,
        (UserId User, string From)? stoppedAt,
        int failed,
        CancellationToken cancellation
    )
    {
        await progress.SaveAsync(Step, start, stoppedAt, cancellation);
        // A run that begins at the first month counts from there.
        var isFirst = start.Length == 0;
        var state = job with
        {
            Months = isFirst ? done : job.Months + done,
            FailedMonths = isFirst ? failed : job.FailedMonths + failed,
            Passes = stoppedAt is null ? job.Passes + 1 : job.Passes,
        };
        if (stoppedAt is null && (state.FailedMonths == 0 || state.Passes >= MaxPasses))
        {
            state = state with { Status = RepricingJob.Finished, FinishedAt = clock.GetUtcNow() };
        }
        // Not written if an operator has stopped the job meanwhile.
        if (await table.TryWriteAsync(state, cancellation) is { IsRunning: false })
        {
            Log.Finished(logger, job.From, job.Version, state.Months, state.FailedMonths, job.IsDryRun);
        }
    }

    private static Month MonthOf(DateOnly day) => new(day.Year, day.Month);

    private enum MonthOutcome
    {
        Done,
        Failed,
        Unavailable,
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Information,
            "Priced the calls since {From} again by version {Version}, in {Months} user-months, {Failed} failed; dry run: {IsDryRun}"
        )]
        public static partial void Finished(
            ILogger logger,
            DateOnly from,
            long version,
            long months,
            long failed,
            bool isDryRun
        );

        [LoggerMessage(LogLevel.Error, "Could not price a user's {Month} again; retrying at the next run")]
        public static partial void Failed(ILogger logger, Exception fault, Month month);
    }
}
