using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>
/// Prices the calls that a user posts and records each once, even if a client repeats a call after the end of its
/// month.
/// </summary>
internal sealed class UsageIntake(
    PriceBook prices,
    MonthTable table,
    TombstonesTable conversations,
    UsageRecorder recorder,
    TimeProvider clock
)
{
    private static readonly TimeSpan DuplicateWindow = TimeSpan.FromHours(24);

    public FieldErrors Validate(UsageRequest request) => request.Validate(clock.GetUtcNow());

    /// <summary>The events that the posts replace, in their order; null for a post that names none of the user's.</summary>
    public async Task<IReadOnlyList<UsageEvent?>> FindReplacedAsync(
        UserId user,
        IReadOnlyList<UsagePost> posts,
        CancellationToken cancellation
    ) =>
        await Task.WhenAll(
            posts.Select(post =>
                post.ReplacedId is var (month, callerId)
                    ? table.FindEventAsync(user, month, callerId, cancellation)
                    : Task.FromResult<UsageEvent?>(null)
            )
        );

    /// <summary>
    /// Records valid posts. The results are in the order of the posts. A post that replaces a deleted event gets that
    /// event, unless it repeats the post that replaced it.
    /// </summary>
    /// <param name="replaced">What the posts replace, in their order.</param>
    public async Task<IReadOnlyList<RecordedEvent>> TakeAsync(
        UserId user,
        IReadOnlyList<UsagePost> posts,
        IReadOnlyList<UsageEvent?> replaced,
        CancellationToken cancellation
    )
    {
        var now = clock.GetUtcNow();
        var pricing = new Pricing(await prices.GetAsync(cancellation));
        var events = posts
            .Zip(
                replaced,
                (post, old) => new NewEvent(post.ToEvent(pricing, now, old), old is { DeletedAt: null } ? old : null)
            )
            .ToArray();
        var firsts = await Task.WhenAll(
            posts
                .Zip(events, replaced)
                .Select(item =>
                    item.Third is { DeletedAt: not null } old
                    && (old.ReplacedBy is null || old.ReplacedBy != item.First.Id)
                        ? Task.FromResult<UsageEvent?>(old)
                        : FindInPreviousMonthAsync(user, item.First, item.Second.Event, now, cancellation)
                )
        );
        var recorded = new Queue<RecordedEvent>(
            await recorder.RecordAsync(
                user,
                [.. events.Zip(firsts).Where(pair => pair.Second is null).Select(pair => pair.First)],
                cancellation
            )
        );
        return [.. firsts.Select(first => first is null ? recorded.Dequeue() : new RecordedEvent(first, IsNew: false))];
    }

    private async Task<UsageEvent?> FindInPreviousMonthAsync(
        UserId user,
        UsagePost post,
        UsageEvent usageEvent,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        if (
            post.Id is null
            || post.CreatedAt is not null
            || post.Replaces is not null
            || now - usageEvent.Month.Start >= DuplicateWindow
        )
        {
            return null;
        }
        var mark =
            now - usageEvent.Month.Start < UsageRecorder.MaxAttemptDuration
                ? await table.ForwardOrFindMarkAsync(user, usageEvent.Month.Previous, usageEvent.CallerId, cancellation)
                : await table.FindMarkAsync(user, usageEvent.Month.Previous, usageEvent.CallerId, cancellation);
        return mark is { EventKey: not null }
            ? await conversations.HideDeletedConversationAsync(
                user,
                await table.GetEventAsync(user, usageEvent.Month.Previous, mark, cancellation),
                cancellation
            )
            : null;
    }
}
