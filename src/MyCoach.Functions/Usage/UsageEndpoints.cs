using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Usage;

internal static class UsageEndpoints
{
    public static void AddUsage(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<UsageIntake>();

    public static void MapUsage(this IEndpointRouteBuilder endpoints)
    {
        var usage = endpoints.MapGroup("/api/usage").WithTags("Usage");
        usage
            .MapPost("/", PostAsync)
            .WithETag()
            .WithName("PostUsage")
            .WithSummary("Record a model call, or up to 50 under events; repeating one with the same id counts nothing twice")
            .AddOpenApiOperationTransformer(DescribeBothFormsAsync);
        usage.MapGet("/", ListEndpoint.GetAsync).WithName("ListUsage").WithSummary("A month's recorded calls, newest first");
        usage.MapGet("/{id}", GetAsync).WithETag().WithName("GetUsage").WithSummary("One recorded call with its receipt");
        usage
            .MapGet("/summary", SummaryEndpoint.GetAsync)
            .WithName("GetUsageSummary")
            .WithSummary("Totals of a month or of days, by model, provider, day, conversation or agent");
        usage
            .MapGet("/export", ExportEndpoint.GetAsync)
            .Produces(StatusCodes.Status200OK, contentType: ExportEndpoint.ContentType)
            .WithName("ExportUsage")
            .WithSummary("A month's recorded calls as CSV, newest first");
    }

    private static async Task<Results<Created<UsageEventView>, Ok<UsageEventView>, Ok<UsageBatchView>, ProblemHttpResult>> PostAsync(
        UserId user,
        UsageRequest request,
        UsageIntake intake,
        TimeProvider clock,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (request.Validate(clock.GetUtcNow()) is { Any: true } errors)
        {
            return Problems.Invalid(errors);
        }
        var recorded = await intake.TakeAsync(user, request.Batch?.Events ?? [request.Single!], cancellation);
        if (request.Batch is not null)
        {
            return TypedResults.Ok(new UsageBatchView([.. recorded.Select(one => new RecordedEventView(one))]));
        }
        var view = Shown(context, recorded[0].Event);
        return recorded[0].IsNew ? TypedResults.Created($"/api/usage/{view.Id}", view) : TypedResults.Ok(view);
    }

    private static async Task<Results<Ok<UsageReceiptView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string id,
        MonthTable table,
        TombstonesTable conversations,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (UsageEvent.ParseId(id) is not var (month, callerId))
        {
            return Problems.Invalid("id", "must be yyyyMM- and an event's own id");
        }
        if (await table.FindEventAsync(user, month, callerId, cancellation) is not { } found)
        {
            return Problems.NotFound();
        }
        var one = await conversations.ShowAsync(user, found, cancellation);
        Shown(context, one);
        return TypedResults.Ok(new UsageReceiptView(one));
    }

    // One call comes and goes as it is, several under a member: two forms of the request and of the answer.
    private static async Task DescribeBothFormsAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellation
    )
    {
        operation.RequestBody!.Content!.Single().Value.Schema = await EitherAsync<UsagePost, UsageBatch>();
        operation.Responses!["200"].Content!.Single().Value.Schema = await EitherAsync<UsageEventView, UsageBatchView>();

        async Task<OpenApiSchema> EitherAsync<TOne, TSeveral>() =>
            new() { OneOf = [await ReferToAsync(typeof(TOne)), await ReferToAsync(typeof(TSeveral))] };

        async Task<IOpenApiSchema> ReferToAsync(Type type)
        {
            context.Document!.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellation));
            return new OpenApiSchemaReference(type.Name, context.Document);
        }
    }

    private static UsageEventView Shown(HttpContext context, UsageEvent one)
    {
        EntityTags.ShowOf(context, one.Id, one.CreatedAt.ToString("O"), one.ConversationId);
        return UsageEventView.Of(one);
    }
}
