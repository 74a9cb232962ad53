using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Auth;
using MyCoach.Catalogue;
using MyCoach.Hosting;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Usage;

internal static class UsageEndpoints
{
    private const int DefaultLimit = 50;
    private const int MostLimit = 500;

    // A filter that matches little costs a page of reading for each of these; then the caller goes on with the cursor.
    private const int MostPages = 10;

    public static void AddUsage(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<UsageTable>();
        builder.Services.AddSingleton<UsageRecorder>();
    }

    public static void MapUsage(this WebApplication app)
    {
        var usage = app.MapGroup("/api/usage").WithTags("Usage");
        usage.MapPost("/", PostAsync).WithName("PostUsage").WithSummary("Record a model call; repeating it with the same id counts nothing twice");
        usage.MapGet("/", ListAsync).WithName("ListUsage").WithSummary("A month's recorded calls, newest first");
        usage.MapGet("/{id}", GetAsync).WithName("GetUsage").WithSummary("One recorded call with its receipt");
        usage
            .MapGet("/summary", SummaryEndpoint.GetAsync)
            .WithName("GetUsageSummary")
            .WithSummary("Totals of a month or of days, by model, provider or day");
    }

    private static async Task<Results<Created<UsageEventView>, Ok<UsageEventView>, ProblemHttpResult>> PostAsync(
        UserId user,
        UsagePost post,
        Pricing pricing,
        UsageTable table,
        UsageRecorder recorder,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var now = clock.GetUtcNow();
        if (post.Validate(now) is { Any: true } errors)
        {
            return Problems.Invalid(errors);
        }
        var one = post.ToEvent(pricing, now);
        if (
            post is { Id: not null, CreatedAt: null }
            && now - one.Month.Start < TimeSpan.FromHours(24)
            && await table.FindEventAsync(user, one.Month.Previous, one.CallerId, cancellation) is { } first
        )
        {
            // Sent before midnight, repeated after it.
            return TypedResults.Ok(UsageEventView.Of(first));
        }
        var (recorded, created) = await recorder.RecordAsync(user, one, cancellation);
        var view = UsageEventView.Of(recorded);
        return created ? TypedResults.Created($"/api/usage/{view.Id}", view) : TypedResults.Ok(view);
    }

    private static async Task<Results<Ok<UsageReceiptView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string id,
        UsageTable table,
        CancellationToken cancellation
    ) =>
        UsageEvent.ParseId(id) is not var (month, callerId) ? Problems.Invalid("id", "must be yyyyMM- and an event's own id")
        : await table.FindEventAsync(user, month, callerId, cancellation) is { } one ? TypedResults.Ok(new UsageReceiptView(one))
        : Problems.NotFound();

    private static async Task<Results<Ok<UsageList>, ProblemHttpResult>> ListAsync(
        UserId user,
        string? month,
        string? provider,
        string? model,
        string? conversationId,
        int? limit,
        string? cursor,
        UsageTable table,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var errors = new FieldErrors();
        var wanted = month is null ? Month.Of(clock.GetUtcNow()) : Month.TryParse(month);
        errors.Require(wanted is not null, "month", FieldErrors.InvalidMonthMessage);
        errors.Require(provider is null || Provider.Find(provider) is not null, "provider", "must be anthropic or openai");
        errors.Require(conversationId is null || Ids.IsId(conversationId), "conversationId", FieldErrors.InvalidIdMessage);
        errors.RequireRange(limit ?? DefaultLimit, "limit", 1, MostLimit);
        var query = $"{user.Key}\n{wanted}\n{provider}\n{model}\n{conversationId}";
        var continuation = cursor is null ? null : Cursor.TryRead(cursor, query);
        errors.Require(cursor is null || continuation is not null, "cursor", "must be a nextCursor of this very query");
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }

        var events = new List<UsageEvent>();
        var most = limit ?? DefaultLimit;
        for (var page = 0; page < MostPages && events.Count < most && (page == 0 || continuation is not null); page++)
        {
            (var found, continuation) = await table.ListAsync(
                user,
                new EventFilter(wanted!.Value, provider, model, conversationId),
                most - events.Count,
                continuation,
                cancellation
            );
            events.AddRange(found);
        }
        return TypedResults.Ok(new UsageList([.. events.Select(UsageEventView.Of)], continuation is null ? null : Cursor.Write(continuation, query)));
    }
}
