using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Auth;
using MyCoach.Hosting;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>Pages through a month's events, newest first.</summary>
internal static class ListEndpoint
{
    private const int DefaultLimit = 50;
    private const int MostLimit = 500;

    // A filter that matches little costs a page of reading for each of these; then the caller goes on with the cursor.
    private const int MostPages = 10;

    private const string InvalidCursorMessage = "must be a nextCursor of this very query";

    public static async Task<Results<Ok<UsageList>, ProblemHttpResult>> GetAsync(
        UserId user,
        string? month,
        string? provider,
        string? model,
        string? conversationId,
        string? limit,
        string? cursor,
        UsageTable table,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var wanted = month is null ? Month.Of(clock.GetUtcNow()) : Month.TryParse(month);
        var query = $"{user.Key}\n{wanted}\n{provider}\n{model}\n{conversationId}";
        var continuation = cursor is null ? null : Cursor.TryRead(cursor, query);

        var errors = new FieldErrors();
        errors.Require(wanted is not null, "month", FieldErrors.InvalidMonthMessage);
        errors.Require(provider is null || Provider.Find(provider) is not null, "provider", "must be anthropic or openai");
        errors.Require(conversationId is null || Ids.IsId(conversationId), "conversationId", FieldErrors.InvalidIdMessage);
        var most = ReadLimit(limit, errors);
        errors.Require(cursor is null || continuation is not null, "cursor", InvalidCursorMessage);
        if (model is not null)
        {
            errors.RequireText(model, "model", 128);
        }
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        var filter = new EventFilter(wanted!.Value, provider, model, conversationId);
        return await ReadAsync(table, user, filter, most, continuation, cancellation) is var (events, next)
            ? TypedResults.Ok(new UsageList([.. events.Select(UsageEventView.Of)], next is null ? null : Cursor.Write(next, query)))
            : Problems.Invalid("cursor", InvalidCursorMessage);
    }

    private static int ReadLimit(string? text, FieldErrors errors)
    {
        var limit = DefaultLimit;
        errors.Require(
            text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MostLimit),
            "limit",
            $"must be a whole number from 1 to {MostLimit}"
        );
        return limit;
    }

    private static async Task<(List<UsageEvent> Events, string? Continuation)?> ReadAsync(
        UsageTable table,
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
