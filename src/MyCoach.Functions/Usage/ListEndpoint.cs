using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>Pages through a month's events, newest first.</summary>
internal static class ListEndpoint
{
    // A filter with few matches reads at most this many pages per request. The caller continues with the cursor.
    private const int MaxPages = 10;

    public static async Task<Results<Ok<UsageList>, ProblemHttpResult>> GetAsync(
        UserId user,
        [AsParameters] ListQuery query,
        [AsParameters] UsageReading reading
    )
    {
        var month = Month.Read(query.Month, reading.Clock.GetUtcNow());
        var binding = query.BindingFor(user, month);
        var errors = query.Check(month);
        var limit = Paging.ReadLimit(query.Limit, errors);
        var continuation = Paging.ReadCursor(query.Cursor, binding, errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        var deletions = await reading.Conversations.ListDeletedConversationsAsync(user, reading.Cancellation);
        return
            await ReadAsync(user, query.ToFilter(month!.Value, deletions), limit, continuation, reading)
                is var (events, next)
            ? TypedResults.Ok(
                new UsageList(
                    [.. events.Select(found => UsageEventView.Of(deletions.HideFrom(found)))],
                    next is null ? null : Cursor.Write(next, binding)
                )
            )
            : Problems.Invalid("cursor", Paging.InvalidCursorMessage);
    }

    private static async Task<(List<UsageEvent> Events, string? Continuation)?> ReadAsync(
        UserId user,
        EventFilter filter,
        int limit,
        string? continuation,
        UsageReading reading
    )
    {
        var events = new List<UsageEvent>();
        for (var page = 0; page < MaxPages && events.Count < limit && (page == 0 || continuation is not null); page++)
        {
            if (
                await reading.Table.ListAsync(user, filter, limit - events.Count, continuation, reading.Cancellation)
                is not var (found, next)
            )
            {
                return null;
            }
            events.AddRange(found);
            continuation = next;
        }
        return (events, continuation);
    }
}
