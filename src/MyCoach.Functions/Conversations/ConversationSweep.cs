using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Conversations;

/// <summary>
/// Removes the ids of deleted conversations from their rows. The first pass runs soon after the deletion. The second
/// runs when no event from before the deletion can land any more, and then deletes the tombstone.
/// </summary>
internal sealed partial class ConversationSweep(
    TombstonesTable table,
    ConversationClearing clearing,
    ErasureFence fence,
    TimeProvider clock,
    ILogger<ConversationSweep> logger
)
{
    // Far longer than any write takes, clock skew included.
    private static readonly TimeSpan LandingTime = TimeSpan.FromHours(1);
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(3);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timeLimit = new CancellationTokenSource(TimeLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeLimit.Token);
        try
        {
            var due = await table
                .ListAsync(either.Token)
                .Where(tombstone => !tombstone.IsCleared || IsFinal(tombstone))
                .ToListAsync(either.Token);
            // Shuffled, so that no user is always last.
            foreach (var ofUser in due.GroupBy(tombstone => tombstone.User.Key).OrderBy(_ => Random.Shared.Next()))
            {
                await TryClearAsync([.. ofUser], either.Token);
            }
        }
        catch (OperationCanceledException)
            when (timeLimit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            Log.Stopped(logger);
        }
    }

    // A failure for one user must not block the others. The next run retries it.
    private async Task TryClearAsync(List<Tombstone> tombstones, CancellationToken cancellation)
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

    // Whether no event from before the deletion can land any more.
    private bool IsFinal(Tombstone tombstone) => tombstone.DeletedAt < clock.GetUtcNow() - LandingTime;

    // Clears all deleted conversations of one user in one pass over the user's rows.
    private async Task ClearAsync(List<Tombstone> tombstones, UserId user, CancellationToken cancellation)
    {
        // Decided before the pass: a tombstone that becomes final during the pass was not final for all of it.
        var final = tombstones.Where(IsFinal).ToHashSet();
        var deletions = new DeletedConversations(
            tombstones.ToDictionary(
                tombstone => tombstone.ConversationId,
                tombstone => tombstone.Generation,
                StringComparer.Ordinal
            )
        );
        var cleared = await clearing.RunAsync(user, deletions, cancellation);
        foreach (var tombstone in tombstones)
        {
            if (final.Contains(tombstone))
            {
                await table.TryDeleteAsync(tombstone, cancellation);
            }
            else
            {
                await table.TryWriteAsync(tombstone with { User = user, IsCleared = true }, cancellation);
            }
        }
        Log.Cleared(logger, tombstones.Count, cleared);
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Information,
            "Cleared {Conversations} deleted conversations of a user from {Rows} rows"
        )]
        public static partial void Cleared(ILogger logger, int conversations, int rows);

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
