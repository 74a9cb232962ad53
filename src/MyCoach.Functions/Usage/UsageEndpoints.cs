using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Auth;
using MyCoach.Catalogue;
using MyCoach.Hosting;

namespace MyCoach.Usage;

internal static class UsageEndpoints
{
    public static void AddUsage(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<UsageTable>();
        builder.Services.AddSingleton<UsageRecorder>();
    }

    public static void MapUsage(this WebApplication app)
    {
        var usage = app.MapGroup("/api/usage").WithTags("Usage");
        usage
            .MapPost("/", PostAsync)
            .WithETag()
            .WithName("PostUsage")
            .WithSummary("Record a model call; repeating it with the same id counts nothing twice");
        usage.MapGet("/", ListEndpoint.GetAsync).WithName("ListUsage").WithSummary("A month's recorded calls, newest first");
        usage.MapGet("/{id}", GetAsync).WithETag().WithName("GetUsage").WithSummary("One recorded call with its receipt");
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
        HttpContext context,
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
            return TypedResults.Ok(Shown(context, first));
        }
        var (recorded, created) = await recorder.RecordAsync(user, one, cancellation);
        var view = Shown(context, recorded);
        return created ? TypedResults.Created($"/api/usage/{view.Id}", view) : TypedResults.Ok(view);
    }

    private static async Task<Results<Ok<UsageReceiptView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string id,
        UsageTable table,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (UsageEvent.ParseId(id) is not var (month, callerId))
        {
            return Problems.Invalid("id", "must be yyyyMM- and an event's own id");
        }
        if (await table.FindEventAsync(user, month, callerId, cancellation) is not { } one)
        {
            return Problems.NotFound();
        }
        Shown(context, one);
        return TypedResults.Ok(new UsageReceiptView(one));
    }

    private static UsageEventView Shown(HttpContext context, UsageEvent one)
    {
        EntityTags.ShowOf(context, one.Id, one.CreatedAt.ToString("O"), one.ConversationId);
        return UsageEventView.Of(one);
    }
}
