using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>Pages through the events of a period, newest first.</summary>
internal static class ListEndpoint
{
    // A filter with few matches reads at most this many pages per request. The caller continues with the cursor.
    private const int MaxPages = 20;

    // What the table service cannot filter is filtered here, from pages of this size.
    private const int UnfilteredPageSize = 250;

    public static async Task<Results<Ok<UsageList>, ProblemHttpResult>> GetAsync(
        UserId user,
        [AsParameters] PeriodQuery days,
        [AsParameters] FilterQuery members,
        [AsParameters] PageQuery page,
        [AsParameters] UsageReading reading
    )
    {
        var errors = new FieldErrors();
        var period = days.Read(reading.Clock.GetUtcNow(), errors);
        members.Check(errors);
        var limit = Paging.ReadLimit(page.Limit, errors);
        var binding = $"{user.Key}\n{period}\n{members.Binding}";
        var start = ReadPosition(page.Cursor, period, binding, errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        var deletions = await reading.Conversations.ListDeletedConversationsAsync(user, reading.Cancellation);
        var filter = members.ToFilter(reading.Catalogue, deletions);
        if (await ReadAsync(user, (period, filter), limit, start!, reading) is not var (events, next))
        {
            return Problems.Invalid("cursor", Paging.InvalidCursorMessage);
        }
        return TypedResults.Ok(
            new UsageList(
                [.. events.Select(found => UsageEventView.Of(deletions.HideFrom(found), reading.Catalogue))],
                next is null ? null : Cursor.Write(next.ToString(), binding)
            )
        );
    }

    private static EventPosition? ReadPosition(string? cursor, Period period, string binding, FieldErrors errors)
    {
        var continuation = Paging.ReadCursor(cursor, binding, errors);
        if (continuation is null)
        {
            return new EventPosition(period.ByMonth().Select(part => part.Month).FirstOrDefault(), null, null);
        }
        var position = EventPosition.TryParse(continuation);
        errors.Require(position is not null, "cursor", Paging.InvalidCursorMessage);
        return position;
    }

    // Null if the position is not one of this query.
    private static async Task<(List<UsageEvent> Events, EventPosition? Next)?> ReadAsync(
        UserId user,
        (Period Period, EventFilter Filter) query,
        int limit,
        EventPosition start,
        UsageReading reading
    )
    {
        _ = query.Filter.ToConditions(out var isExact);
        var events = new List<UsageEvent>();
        var next = start;
        for (var pages = 0; pages < MaxPages && events.Count < limit && next is not null; pages++)
        {
            var rest = query.Period.ByMonth().SkipWhile(part => part.Month != next.Month).Take(2).ToArray();
            if (
                rest.Length == 0
                || await reading.Table.ListAsync(
                    user,
                    (rest[0], query.Filter),
                    isExact ? limit - events.Count : UnfilteredPageSize,
                    next,
                    reading.Cancellation
                )
                    is not var (found, continuation)
            )
            {
                return null;
            }
            foreach (var usageEvent in found.Where(item => query.Filter.Shows(item, reading.Catalogue)))
            {
                if (events.Count == limit)
                {
                    return (events, new EventPosition(next.Month, null, MonthRows.EventKey(events[^1])));
                }
                events.Add(usageEvent);
            }
            next =
                continuation is not null ? new EventPosition(next.Month, continuation, null)
                : rest.Length > 1 ? new EventPosition(rest[1].Month, null, null)
                : null;
        }
        return (events, next);
    }
}
