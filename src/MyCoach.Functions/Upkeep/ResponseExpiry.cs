using MyCoach.Ledger;

namespace MyCoach.Upkeep;

/// <summary>
/// Deletes what is known of stored answers once they have expired. It scans the table once a day, in as many runs as that
/// takes: what it has deleted, it finds no more.
/// </summary>
internal sealed partial class ResponseExpiry(
    StoredResponsesTable responses,
    RetentionTable retention,
    TimeProvider clock,
    ILogger<ResponseExpiry> logger
)
{
    public const string Step = "responses";
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var (began, now) = (clock.GetTimestamp(), clock.GetUtcNow());
        if (await retention.FindScanAsync(Step, cancellation) is { } last && now - last < Pause)
        {
            return;
        }
        var deleted = 0;
        await foreach (var rows in responses.ListExpiredAsync(cancellation))
        {
            if (clock.GetElapsedTime(began) >= TimeLimit)
            {
                Log.Deleted(logger, deleted, isComplete: false);
                return;
            }
            // A row that a new answer has replaced meanwhile keeps its group until the next scan.
            deleted += await responses.TryDeleteAsync(rows, cancellation) ? rows.Count : 0;
        }
        Log.Deleted(logger, deleted, isComplete: true);
        await retention.WriteScanAsync(Step, now, cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Deleted {Rows} expired rows of stored answers; complete: {IsComplete}")]
        public static partial void Deleted(ILogger logger, int rows, bool isComplete);
    }
}
