using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>Pages through a month's events, newest first.</summary>
internal static class ListEndpoint
{
    // A filter with few matches reads at most this many pages per request. The caller continues with the cursor.
    private const int MostPages = 10;

    public static async Task<Results<Ok<UsageList>, ProblemHttpResult>> GetAsync(
        UserId user,
        string? month,
        string? provider,
        string? model,
        string? conversationId,
        string? limit,
        string? cursor,
        MonthTable table,
        TombstonesTable conversations,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var wanted = month is null ? Month.Of(clock.GetUtcNow()) : Month.TryParse(month);
        var query = $"{user.Key}\n{wanted}\n{provider}\n{model}\n{conversationId}";

        var errors = new FieldErrors();
        errors.Require(wanted is not null, "month", FieldErrors.InvalidMonthMessage);
        errors.Require(provider is null || Provider.Find(provider) is not null, "provider", "must be anthropic or openai");
        errors.Require(conversationId is null || Ids.IsId(conversationId), "conversationId", FieldErrors.InvalidIdMessage);
        var most = Paging.ReadLimit(limit, errors);
        var continuation = Paging.ReadCursor(cursor, query, errors);
        if (model is not null)
        {
            errors.RequireText(model, "model", 128);
        }
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        var deletions = await conversations.ListDeletedConversationsAsync(user, cancellation);
        var conversation = conversationId is null ? null : new ConversationFilter(conversationId, deletions.GenerationOf(conversationId));
        var filter = new EventFilter(wanted!.Value, provider, model, conversation);
        return await ReadAsync(table, user, filter, most, continuation, cancellation) is var (events, next)
            ? TypedResults.Ok(
                new UsageList(
                    [.. events.Select(found => UsageEventView.Of(deletions.HideFrom(found)))],
                    next is null ? null : Cursor.Write(next, query)
                )
            )
            : Problems.Invalid("cursor", Paging.InvalidCursorMessage);
    }

    private static async Task<(List<UsageEvent> Events, string? Continuation)?> ReadAsync(
        MonthTable table,
        UserId user,
        EventFilter filter,
        int most,
        string? continuation,
        CancellationToken cancellation
    )
    {
        var events = new List<UsageEvent>();
        for (var page = 0; page < MostPages && events.Count < most && (page == 0 || continuation is not null); page++)
        {
            if (await table.ListAsync(user, filter, most - events.Count, continuation, cancellation) is not var (found, next))
            {
                return null;
            }
            events.AddRange(found);
            continuation = next;
        }
        return (events, continuation);
    }
}
