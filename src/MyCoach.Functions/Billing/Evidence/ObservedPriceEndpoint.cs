using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Auth;
using MyCoach.Http;

namespace MyCoach.Billing;

/// <summary>What bills show of prices, for the operators of the price book.</summary>
internal static class ObservedPriceEndpoint
{
    public static void MapObservedPrices(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/api/admin/prices/observed", ListAsync)
            .WithTags("Admin")
            .RequireAuthorization(AuthServices.AdminPolicy)
            .WithName("ListObservedPrices")
            .WithSummary("List prices that bills showed otherwise than the price book on three days in a row or more");

    private static async Task<Ok<ObservedPriceList>> ListAsync(
        [FromServices] PriceEvidenceTable table,
        CancellationToken cancellation
    ) =>
        TypedResults.Ok(
            new ObservedPriceList(
                await table.ListAsync(cancellation).Select(ObservedPriceView.Of).ToListAsync(cancellation)
            )
        );
}

public sealed record ObservedPriceList(IReadOnlyList<ObservedPriceView> Prices);

/// <summary>A price that bills show otherwise than the price book, for the same tokens on both sides.</summary>
/// <param name="Kind">What is charged, as receipts name it.</param>
/// <param name="Days">The evidence: days that follow one another.</param>
/// <param name="NotedAt">When it was seen last.</param>
public sealed record ObservedPriceView(
    [property: ProviderName] string Provider,
    string Model,
    string Kind,
    IReadOnlyList<ObservedDayView> Days,
    DateTimeOffset NotedAt
)
{
    internal static ObservedPriceView Of(ObservedPrice price) =>
        new(
            price.Provider.Id,
            price.Model,
            price.Kind,
            [.. price.Days.Select(day => new ObservedDayView(day.Day, day.Recorded, day.Billed))],
            price.NotedAt
        );
}

/// <param name="RecordedPerMTok">Cents per million tokens, on average, by the price book.</param>
/// <param name="BilledPerMTok">Cents per million tokens, on average, on the bill.</param>
public sealed record ObservedDayView(DateOnly Day, decimal RecordedPerMTok, decimal BilledPerMTok);
