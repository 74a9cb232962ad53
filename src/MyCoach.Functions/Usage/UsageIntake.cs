using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>Prices the calls that a user reports and records each once, also where one that was sent before a month's end is repeated after it.</summary>
internal sealed class UsageIntake(Pricing pricing, MonthTable table, TombstonesTable conversations, UsageRecorder recorder, TimeProvider clock)
{
    private static readonly TimeSpan LooksBack = TimeSpan.FromHours(24);

    /// <summary>In the order of the posts, which are valid.</summary>
    public async Task<IReadOnlyList<Recorded>> TakeAsync(UserId user, IReadOnlyList<UsagePost> posts, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var events = posts.Select(post => post.ToEvent(pricing, now)).ToArray();
        var firsts = await Task.WhenAll(posts.Zip(events).Select(pair => FindLastMonthsAsync(user, pair.First, pair.Second, now, cancellation)));
        var recorded = new Queue<Recorded>(
            await recorder.RecordAsync(user, [.. events.Zip(firsts).Where(pair => pair.Second is null).Select(pair => pair.First)], cancellation)
        );
        return [.. firsts.Select(first => first is null ? recorded.Dequeue() : new Recorded(first, IsNew: false))];
    }

    private async Task<UsageEvent?> FindLastMonthsAsync(
        UserId user,
        UsagePost post,
        UsageEvent one,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        if (post.Id is null || post.CreatedAt is not null || now - one.Month.Start >= LooksBack)
        {
            return null;
        }
        var mark =
            now - one.Month.Start < UsageRecorder.KeepsOut
                ? await table.TryForwardAsync(user, one.Month.Previous, one.CallerId, cancellation)
                : await table.FindMarkAsync(user, one.Month.Previous, one.CallerId, cancellation);
        return mark is { EventKey: not null }
            ? await conversations.ShowAsync(user, await table.GetEventAsync(user, one.Month.Previous, mark, cancellation), cancellation)
            : null;
    }
}
