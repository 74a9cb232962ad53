using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>
/// Summarises usage by adding up stored totals, so the cost of a summary does not depend on the number of calls. Only
/// with a filter that totals cannot answer, it adds up events.
/// </summary>
internal static class SummaryEndpoint
{
    /// <summary>The events that a summary reads at most.</summary>
    public const int MaxEvents = 20_000;

    public static async Task<Results<Ok<SummaryView>, ProblemHttpResult>> GetAsync(
        UserId user,
        [AsParameters] PeriodQuery days,
        [AsParameters] FilterQuery members,
        [AsParameters] GroupQuery groups,
        [AsParameters] UsageReading reading
    )
    {
        var errors = new FieldErrors();
        var period = days.Read(reading.Clock.GetUtcNow(), errors);
        members.Check(errors);
        var grouping = groups.Read(days, members, errors);
        if (grouping.IsRanking)
        {
            var ids = grouping.Key switch
            {
                Grouping.Agent => members.AgentId,
                Grouping.Token => members.TokenId,
                _ => members.ConversationId,
            };
            var ranking = new RankingQuery(user, period.Month, grouping.Key!, ids ?? []);
            var limit = Paging.ReadLimit(groups.Limit, errors);
            var after = ranking.ReadCursor(groups.Cursor, errors);
            return errors.Any
                ? Problems.Invalid(errors)
                : TypedResults.Ok(await Ranking.GetAsync(ranking, after, limit, reading));
        }
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        // The answer names no conversation, so only a filter by one needs to know which are deleted.
        var deletions = members.ConversationId is { Length: > 0 }
            ? await reading.Conversations.ListDeletedConversationsAsync(user, reading.Cancellation)
            : DeletedConversations.None;
        var filter = members.ToFilter(reading.Catalogue, deletions);
        return await AddUpAsync(user, (period, filter), grouping, reading) is { } summary
            ? TypedResults.Ok(summary)
            : Problems.Invalid(
                "from",
                $"this summary adds up events, and there are more than {MaxEvents}; choose fewer days"
            );
    }

    // Null if it would have to read too many events.
    private static async Task<SummaryView?> AddUpAsync(
        UserId user,
        (Period Period, EventFilter Filter) query,
        Grouping grouping,
        UsageReading reading
    )
    {
        var groups = new SummaryGroups(grouping, reading.Catalogue);
        if (query.Filter.NeedsEvents || grouping.NeedsEvents)
        {
            return await AddEventsAsync(user, query, groups, reading) ? groups.ToView(query.Period) : null;
        }
        foreach (var part in query.Period.ByMonth())
        {
            await foreach (
                var (day, provider, model, totals) in reading.Table.DaysAsync(user, part, reading.Cancellation)
            )
            {
                if (query.Filter.Matches(provider, model, reading.Catalogue))
                {
                    groups.Add(day, provider, model, usageEvent: null, totals);
                }
            }
        }
        return groups.ToView(query.Period);
    }

    private static async Task<bool> AddEventsAsync(
        UserId user,
        (Period Period, EventFilter Filter) query,
        SummaryGroups groups,
        UsageReading reading
    )
    {
        // It holds pages of events, like an export.
        if (reading.Context.Features.Get<MemoryShare>()?.TryGrow(HoldsMemory.OfExport.Bytes) == false)
        {
            throw new MemoryExhaustedException();
        }
        var read = 0;
        await foreach (
            var usageEvent in reading.Table.EventsAsync(user, query.Period, query.Filter, reading.Cancellation)
        )
        {
            if (++read > MaxEvents)
            {
                return false;
            }
            if (query.Filter.Matches(usageEvent, reading.Catalogue))
            {
                groups.Add(
                    DateOnly.FromDateTime(usageEvent.CreatedAt.UtcDateTime),
                    usageEvent.Provider,
                    usageEvent.Model,
                    usageEvent,
                    Totals.Of(usageEvent)
                );
            }
        }
        return true;
    }
}
