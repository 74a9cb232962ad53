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
            .WithSummary(
                "Record a model call, or up to 50 under events. A repeated id counts once; with other content it is a conflict"
            )
            .AddOpenApiOperationTransformer(DescribeBothFormsAsync);
        usage.MapGet("/", ListEndpoint.GetAsync).WithName("ListUsage").WithSummary("List recorded calls, newest first");
        usage
            .MapGet("/{id}", GetAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("GetUsage")
            .WithSummary("Get one recorded call with its receipt");
        usage
            .MapGet("/summary", SummaryEndpoint.GetAsync)
            .WithName("GetUsageSummary")
            .WithSummary("Get totals by model, served model, provider, day, conversation or agent");
        usage
            .MapGet("/export", ExportEndpoint.GetAsync)
            .WithMetadata(HoldsMemory.OfExport)
            .Produces(StatusCodes.Status200OK, contentType: ExportEndpoint.ContentType)
            .WithName("ExportUsage")
            .WithSummary("Export recorded calls as CSV, newest first");
    }

    private static async Task<
        Results<Created<RecordedEventView>, Ok<RecordedEventView>, Ok<UsageBatchView>, ProblemHttpResult>
    > PostAsync(UserId user, UsageRequest request, UsageIntake intake, [AsParameters] UsageReading reading)
    {
        if (intake.Validate(request) is { Any: true } errors)
        {
            return Problems.Invalid(errors);
        }
        var posts = request.Batch?.Events ?? [request.Single!];
        var recorded = await intake.TakeAsync(user, posts, reading.Cancellation);
        if (recorded.Zip(posts).Any(item => IsOther(item.First, item.Second)))
        {
            return IdsInUse(posts, recorded, isBatch: request.Batch is not null);
        }
        if (request.Batch is not null)
        {
            return TypedResults.Ok(
                new UsageBatchView([.. recorded.Select(item => new RecordedEventView(item, reading.Catalogue))])
            );
        }
        ShowETag(reading.Context, recorded[0].Event);
        var view = new RecordedEventView(recorded[0], reading.Catalogue);
        return recorded[0].IsNew ? TypedResults.Created($"/api/usage/{view.Id}", view) : TypedResults.Ok(view);
    }

    private static async Task<Results<Ok<UsageReceiptView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string id,
        [AsParameters] UsageReading reading
    )
    {
        if (UsageEvent.ParseId(id) is not var (month, callerId))
        {
            return Problems.Invalid("id", "must be the id of an event: yyyyMM-, then the id it was posted with");
        }
        if (await reading.Table.FindEventAsync(user, month, callerId, reading.Cancellation) is not { } found)
        {
            return Problems.NotFound();
        }
        var shown = await reading.Conversations.HideDeletedConversationAsync(user, found, reading.Cancellation);
        ShowETag(reading.Context, shown);
        return TypedResults.Ok(new UsageReceiptView(shown, reading.Catalogue));
    }

    // The request and the response each have two forms: a single call, or several under events.
    private static async Task DescribeBothFormsAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellation
    )
    {
        operation.RequestBody!.Content!.Single().Value.Schema = await EitherAsync<UsagePost, UsageBatch>();
        operation.Responses!["200"].Content!.Single().Value.Schema = await EitherAsync<
            RecordedEventView,
            UsageBatchView
        >();

        ((OpenApiSchema)context.Document!.Components!.Schemas!["UsageBatch"].Properties!["events"]).Items =
            new OpenApiSchemaReference(nameof(UsagePost), context.Document);
        // Replaced by its two forms.
        context.Document.Components.Schemas.Remove(nameof(UsageRequest));

        async Task<OpenApiSchema> EitherAsync<TOne, TSeveral>() =>
            new() { OneOf = [await ReferToAsync(typeof(TOne)), await ReferToAsync(typeof(TSeveral))] };

        async Task<IOpenApiSchema> ReferToAsync(Type type)
        {
            context.Document!.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellation));
            return new OpenApiSchemaReference(type.Name, context.Document);
        }
    }

    private static bool IsOther(RecordedEvent recorded, UsagePost post) =>
        !recorded.IsNew && !post.Repeats(recorded.Event);

    private static ProblemHttpResult IdsInUse(
        IReadOnlyList<UsagePost> posts,
        IReadOnlyList<RecordedEvent> recorded,
        bool isBatch
    )
    {
        var others = recorded.Zip(posts).Index().Where(item => IsOther(item.Item.First, item.Item.Second)).ToArray();
        var errors = new FieldErrors();
        foreach (var (i, (first, _)) in others)
        {
            errors.Add(
                isBatch ? $"events[{i}].id" : "id",
                $"is already the id of the event {first.Event.Id}, which has other content"
            );
        }
        return Problems.IdInUse(errors, others[0].Item.First.Event.Id);
    }

    private static void ShowETag(HttpContext context, UsageEvent usageEvent) =>
        EntityTags.WriteHashHeader(
            context,
            usageEvent.Id,
            usageEvent.CreatedAt.ToString("O"),
            usageEvent.ConversationId,
            Adjustment.Write(usageEvent.Adjustments)
        );
}
