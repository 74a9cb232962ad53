using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Prices;

/// <summary>How operators have recorded calls priced again.</summary>
internal static class RepricingEndpoints
{
    public static void MapRepricing(this RouteGroupBuilder prices)
    {
        prices
            .MapPost("/reprice", StartAsync)
            .WithName("RepriceUsage")
            .WithSummary("Price recorded calls again by the price book in force, in the background");
        prices
            .MapGet("/reprice", GetAsync)
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("GetRepricing")
            .WithSummary("Get the last order to price calls again, and how far it is");
        prices
            .MapDelete("/reprice", StopAsync)
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("StopRepricing")
            .WithSummary("Stop pricing calls again; what is changed stays changed");
        prices
            .MapGet("/reprice/changes", ListAsync)
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("ListRepricedUsage")
            .WithSummary("List what the last order changes, or would change, by user, month and model");
    }

    private static async Task<Results<Accepted<RepricingView>, ProblemHttpResult>> StartAsync(
        RepricingRequest body,
        [FromServices] RepricingTable table,
        [AsParameters] PriceRequest request
    )
    {
        var (now, cancellation) = (request.Clock.GetUtcNow(), request.Cancellation);
        // The very latest version, not the one that may be in force here for up to ten seconds more.
        var latest = await request.FindLatestAsync();
        if (latest is { IsReadable: false })
        {
            return Problems.Conflict(
                "A later release stored the latest version of the price book. Update this one first."
            );
        }
        var catalogue = latest is null ? ModelCatalogue.Embedded : ModelCatalogue.Embedded.With(latest);
        if (body.Check(catalogue, DateOnly.FromDateTime(now.UtcDateTime)) is { Any: true } errors)
        {
            return Problems.Invalid(errors);
        }
        var last = await table.FindJobAsync(cancellation);
        var job = new RepricingJob(
            $"{Guid.CreateVersion7(now)}",
            body.FromDay,
            body.Models ?? [],
            catalogue.Version,
            body.DryRun ?? false,
            now,
            FinishedAt: null,
            RepricingJob.Running,
            Months: 0
        )
        {
            ETag = last?.ETag,
        };
        if (last is { IsRunning: true } running)
        {
            return running.IsSameOrderAs(job) ? Accepted(running) : Busy();
        }
        if (await table.TryWriteAsync(job, cancellation) is not { } begun)
        {
            return Busy();
        }
        await request.LogAsync(Activity.RepricingOrdered, body.From);
        return Accepted(begun);
    }

    private static async Task<Results<Ok<RepricingView>, ProblemHttpResult>> GetAsync(
        [FromServices] RepricingTable table,
        CancellationToken cancellation
    ) => await table.FindJobAsync(cancellation) is { } job ? TypedResults.Ok(RepricingView.Of(job)) : NeverAsked();

    private static async Task<Results<Ok<RepricingView>, ProblemHttpResult>> StopAsync(
        [FromServices] RepricingTable table,
        [AsParameters] PriceRequest request
    )
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(request.Cancellation))
        {
            if (await table.FindJobAsync(request.Cancellation) is not { } job)
            {
                return NeverAsked();
            }
            if (!job.IsRunning)
            {
                return TypedResults.Ok(RepricingView.Of(job));
            }
            var stopped = job with { Status = RepricingJob.Stopped, FinishedAt = request.Clock.GetUtcNow() };
            if (await table.TryWriteAsync(stopped, request.Cancellation) is not null)
            {
                return TypedResults.Ok(RepricingView.Of(stopped));
            }
        }
    }

    private static async Task<Results<Ok<RepricedUsageList>, ProblemHttpResult>> ListAsync(
        [FromQuery(Name = "limit")] string? limit,
        [FromQuery(Name = "cursor")] string? cursor,
        [FromServices] RepricingTable table,
        CancellationToken cancellation
    )
    {
        var errors = new FieldErrors();
        var size = Paging.ReadLimit(limit, errors);
        if (await table.FindJobAsync(cancellation) is not { } job)
        {
            return NeverAsked();
        }
        var continuation = Paging.ReadCursor(cursor, job.Id, errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        return await table.ListAsync(job, size, continuation, cancellation) is not { } page
            ? Problems.Invalid("cursor", Paging.InvalidCursorMessage)
            : TypedResults.Ok(
                new RepricedUsageList(
                    [.. page.Values.Select(RepricedUsageView.Of)],
                    page.ContinuationToken is { } next ? Cursor.Write(next, job.Id) : null
                )
            );
    }

    private static Accepted<RepricingView> Accepted(RepricingJob job) =>
        TypedResults.Accepted("/api/admin/prices/reprice", RepricingView.Of(job));

    private static ProblemHttpResult Busy() =>
        Problems.Conflict("Calls are being priced again already. Wait until that is finished, or stop it.");

    private static ProblemHttpResult NeverAsked() =>
        Problems.NotFound("No order to price calls again was given yet. POST /api/admin/prices/reprice gives one.");
}
