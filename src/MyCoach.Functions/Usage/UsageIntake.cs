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

    /// <summary>Records valid posts. The results are in the order of the posts.</summary>
    public async Task<IReadOnlyList<RecordedEvent>> TakeAsync(
        UserId user,
        IReadOnlyList<UsagePost> posts,
        CancellationToken cancellation
    )
    {
        var now = clock.GetUtcNow();
        var pricing = new Pricing(await prices.GetAsync(cancellation));
        var events = posts.Select(post => post.ToEvent(pricing, now)).ToArray();
        var firsts = await Task.WhenAll(
            posts.Zip(events).Select(pair => FindInPreviousMonthAsync(user, pair.First, pair.Second, now, cancellation))
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
        if (post.Id is null || post.CreatedAt is not null || now - usageEvent.Month.Start >= DuplicateWindow)
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
