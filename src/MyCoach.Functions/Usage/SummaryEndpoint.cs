using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>
/// Summarises usage by adding up stored totals, so the cost of a summary does not depend on the number of calls. Only
/// with a filter that totals cannot answer, it adds up events.
/// </summary>
internal static class SummaryEndpoint
{
    /// <summary>The events that a summary of an agent or a conversation reads at most.</summary>
    public const int MaxEvents = 50_000;

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
        groups.Check(days, members, errors);
        if (groups.IsRanking)
        {
            var ids = (groups.GroupBy == "agent" ? members.AgentId : members.ConversationId) ?? [];
            var ranking = new RankingQuery(user, period.Month, groups.GroupBy!, ids);
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
        var deletions = await reading.Conversations.ListDeletedConversationsAsync(user, reading.Cancellation);
        var filter = members.ToFilter(reading.Catalogue, deletions);
        return await AddUpAsync(user, (period, filter), groups.GroupBy, reading) is { } summary
            ? TypedResults.Ok(summary)
            : Problems.Invalid(
                "from",
                $"selects more than {MaxEvents} events of agents or conversations; choose fewer days"
            );
    }

    // Null if it would have to read too many events.
    private static async Task<SummaryView?> AddUpAsync(
        UserId user,
        (Period Period, EventFilter Filter) query,
        string? groupBy,
        UsageReading reading
    )
    {
        var (groups, read) = (new SummaryGroups(groupBy, reading.Catalogue), 0);
        await foreach (var (day, provider, model, totals) in PartsAsync(user, query, reading))
        {
            if (query.Filter.NeedsEvents && ++read > MaxEvents)
            {
                return null;
            }
            groups.Add(day, provider, model, totals);
        }
        return groups.ToView(query.Period);
    }

    private static IAsyncEnumerable<(DateOnly Day, Provider Provider, string Model, Totals Totals)> PartsAsync(
        UserId user,
        (Period Period, EventFilter Filter) query,
        UsageReading reading
    ) =>
        query.Filter.NeedsEvents
            ? reading
                .Table.EventsAsync(user, query.Period, query.Filter, reading.Cancellation)
                .Where(usageEvent => query.Filter.Matches(usageEvent, reading.Catalogue))
                .Select(usageEvent =>
                    (
                        DateOnly.FromDateTime(usageEvent.CreatedAt.UtcDateTime),
                        usageEvent.Provider,
                        usageEvent.Model,
                        Totals.Of(usageEvent)
                    )
                )
            : query
                .Period.ByMonth()
                .ToAsyncEnumerable()
                .SelectMany(part => reading.Table.DaysAsync(user, part, reading.Cancellation))
                .Where(row => query.Filter.Matches(row.Provider, row.Model, reading.Catalogue));
}
