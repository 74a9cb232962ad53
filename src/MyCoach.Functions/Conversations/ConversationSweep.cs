using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Conversations;

/// <summary>
/// Removes the ids of deleted conversations from their rows. The first pass runs soon after the deletion. The second
/// runs when no event from before the deletion can land any more, and then deletes the tombstone. Each user gets a
/// share of the time; a pass that needs more continues at the next run.
/// </summary>
internal sealed partial class ConversationSweep(
    TombstonesTable table,
    ConversationClearing clearing,
    TimerProgress progress,
    ErasureFence fence,
    TimeProvider clock,
    ILogger<ConversationSweep> logger
)
{
    public const string Step = "conversations";
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(3);

    // Far longer than any write takes, clock skew included.
    private static readonly TimeSpan LandingTime = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var (began, beganAt) = (clock.GetTimestamp(), clock.GetUtcNow());
        var start = await progress.FindAsync(Step, cancellation);
        UserId? stoppedAt = null;
        var due = table
            .ListAsync(UserId.KeyOf(start), cancellation)
            .Where(tombstone => !tombstone.IsCleared || IsFinal(tombstone, beganAt));
        await foreach (
            var ofUser in due.GroupedAsync(tombstone => tombstone.User.Key, TombstonesTable.MaxPerUser, cancellation)
        )
        {
            if (clock.GetElapsedTime(began) >= TimeLimit)
            {
                stoppedAt = ofUser[0].User;
                Log.Stopped(logger);
                break;
            }
            await TryClearAsync(ofUser, cancellation);
        }
        await progress.SaveAsync(
            Step,
            start,
            stoppedAt is null ? null : (stoppedAt, stoppedAt.FirstMonthPartition),
            cancellation
        );
    }

    // A failure for one user must not block the others. The next run retries it.
    private async Task TryClearAsync(IReadOnlyList<Tombstone> tombstones, CancellationToken cancellation)
    {
        try
        {
            await ClearAsync(tombstones, await fence.EnterAsync(tombstones[0].User, cancellation), cancellation);
        }
        catch (AccountErasingException)
        {
            Log.Erasing(logger);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.Failed(logger, fault);
        }
    }

    // Whether no event from before the deletion can land after this time.
    private static bool IsFinal(Tombstone tombstone, DateTimeOffset at) => tombstone.DeletedAt < at - LandingTime;

    // Clears all deleted conversations of one user in one pass over the user's rows.
    private async Task ClearAsync(IReadOnlyList<Tombstone> tombstones, UserId user, CancellationToken cancellation)
    {
        var pass = await table.FindPassAsync(user, cancellation) ?? new ClearingPass(clock.GetUtcNow(), null);
        var deletions = new DeletedConversations(
            tombstones.ToDictionary(
                tombstone => tombstone.ConversationId,
                tombstone => tombstone.Generation,
                StringComparer.Ordinal
            )
        );
        var (rows, continuation) = await clearing.RunAsync(user, deletions, pass.Continuation, cancellation);
        Log.Cleared(logger, tombstones.Count, rows, continuation is null);
        if (continuation is not null)
        {
            await table.WritePassAsync(user, pass with { Continuation = continuation }, cancellation);
            return;
        }
        // Only what was deleted before the pass began was cleared by all of it.
        var final = tombstones.ToLookup(tombstone => IsFinal(tombstone, pass.BeganAt));
        await table.RemoveAsync(user, [.. final[true]], cancellation);
        await table.MarkClearedAsync(
            user,
            [.. final[false].Where(tombstone => !tombstone.IsCleared && tombstone.DeletedAt <= pass.BeganAt)],
            cancellation
        );
        await table.ForgetPassAsync(user, cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Information,
            "Cleared {Conversations} deleted conversations of a user from {Rows} rows; complete: {Complete}"
        )]
        public static partial void Cleared(ILogger logger, int conversations, int rows, bool complete);

        [LoggerMessage(LogLevel.Information, "Skipped a user's deleted conversations: the account is being erased")]
        public static partial void Erasing(ILogger logger);

        [LoggerMessage(LogLevel.Error, "Could not clear a user's deleted conversations; retrying at the next run")]
        public static partial void Failed(ILogger logger, Exception fault);

        [LoggerMessage(
            LogLevel.Information,
            "Ran out of time clearing deleted conversations; continuing at the next run"
        )]
        public static partial void Stopped(ILogger logger);
    }
}
