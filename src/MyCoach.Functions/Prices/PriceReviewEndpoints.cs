using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Prices;

/// <summary>What shows operators that prices are missing or differ.</summary>
internal static class PriceReviewEndpoints
{
    private const int MaxModels = 500;

    private static readonly TimeSpan ReadTime = TimeSpan.FromSeconds(20);

    public static void MapPriceReview(this RouteGroupBuilder prices)
    {
        prices
            .MapGet("/unpriced", ListUnpricedAsync)
            .WithName("ListUnpricedModels")
            .WithSummary("Count a month's calls without a price, by model");
        prices
            .MapGet("/proposal", GetProposalAsync)
            .WithName("GetPriceProposal")
            .WithSummary("Get what the feed of prices said last, and what it would change");
    }

    private static async Task<Results<Ok<UnpricedModelList>, ProblemHttpResult>> ListUnpricedAsync(
        [FromQuery(Name = "month")] string? month,
        [FromServices] MonthScans scans,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        if (Month.Read(month, clock.GetUtcNow()) is not { } wanted)
        {
            return Problems.Invalid("month", FieldErrors.InvalidMonthMessage);
        }
        using var time = new CancellationTokenSource(ReadTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        var isComplete = true;
        var counts = new Dictionary<(Provider, string), (long Requests, HashSet<string> Users)>();
        try
        {
            await foreach (var (user, provider, model, requests) in scans.ListUnpricedAsync(wanted, either.Token))
            {
                var (sum, users) = counts.GetValueOrDefault((provider, model), (0, []));
                users.Add(user.Key);
                counts[(provider, model)] = (sum + requests, users);
            }
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested)
        {
            isComplete = false;
        }
        return TypedResults.Ok(
            new UnpricedModelList(
                $"{wanted}",
                [
                    .. counts
                        .OrderByDescending(count => count.Value.Requests)
                        .ThenBy(count => count.Key.Item2, StringComparer.Ordinal)
                        .Take(MaxModels)
                        .Select(count => new UnpricedModelView(
                            count.Key.Item1.Id,
                            count.Key.Item2,
                            count.Value.Requests,
                            count.Value.Users.Count
                        )),
                ],
                isComplete && counts.Count <= MaxModels
            )
        );
    }

    private static async Task<Ok<PriceProposalView>> GetProposalAsync(
        [FromServices] PriceProposalTable proposals,
        [AsParameters] PriceRequest request
    )
    {
        var proposal = await proposals.FindAsync(request.Cancellation);
        var corrections = proposal?.Corrections ?? PriceCorrections.None;
        var (book, latest) = (ModelCatalogue.Embedded.Book, await request.FindLatestAsync());
        var current = (latest?.Corrections ?? PriceCorrections.None).ApplyTo(book);
        return TypedResults.Ok(
            new PriceProposalView(
                proposal?.FetchedAt,
                proposal?.Error,
                corrections.Models ?? [],
                corrections.Tools ?? [],
                corrections.ImageModels ?? [],
                PriceEntries.Compare(current, corrections.ApplyTo(current))
            )
        );
    }
}
