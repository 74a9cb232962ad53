using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using MyCoach.Auth;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Usage;

internal static class UsageEndpoints
{
    private static readonly TokenScope Readable = new(TokenScope.ReadUsage);

    public static void AddUsage(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<UsageIntake>();
        builder.Services.AddSingleton<UsageDeletion>();
    }

    public static void MapUsage(this IEndpointRouteBuilder endpoints)
    {
        var usage = endpoints.MapGroup("/api/usage").WithTags("Usage");
        usage
            .MapPost("/", PostEndpoint.PostAsync)
            .WithETag()
            .WithName("PostUsage")
            .WithSummary(
                "Record a model call, or up to 50 under events. A repeated id counts once; with other content it is a conflict"
            )
            .AddOpenApiOperationTransformer(DescribeBothFormsAsync);
        usage
            .MapGet("/", ListEndpoint.GetAsync)
            .WithMetadata(Readable)
            .WithName("ListUsage")
            .WithSummary("List recorded calls, newest first");
        usage
            .MapGet("/{id}", GetAsync)
            .WithMetadata(Readable)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("GetUsage")
            .WithSummary("Get one recorded call with its receipt");
        usage
            .MapDelete("/{id}", DeleteEndpoint.DeleteAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("DeleteUsage")
            .WithSummary("Delete a call that was posted by mistake: it costs nothing any more, and its id stays used");
        usage
            .MapGet("/summary", SummaryEndpoint.GetAsync)
            .WithMetadata(Readable)
            .WithName("GetUsageSummary")
            .WithSummary("Get totals by model, served model, provider, day, conversation, agent or token");
        usage
            .MapGet("/export", ExportEndpoint.GetAsync)
            .WithMetadata(HoldsMemory.OfExport, Readable)
            .Produces(StatusCodes.Status200OK, contentType: ExportEndpoint.ContentType)
            .WithName("ExportUsage")
            .WithSummary("Export recorded calls as CSV, newest first");
    }

    private static async Task<Results<Ok<UsageReceiptView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string id,
        [AsParameters] UsageReading reading
    )
    {
        if (UsageEvent.ParseId(id) is not var (month, callerId))
        {
            return Problems.Invalid("id", EventIdAttribute.Message);
        }
        if (await reading.Table.FindEventAsync(user, month, callerId, reading.Cancellation) is not { } found)
        {
            return Problems.NotFound();
        }
        var shown = await reading.Conversations.HideDeletedConversationAsync(user, found, reading.Cancellation);
        reading.Context.Response.Headers.ETag = UsageETag.Of(shown);
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
}
