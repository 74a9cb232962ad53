using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Auth;
using MyCoach.ProviderKeys;

namespace MyCoach.Catalogue;

/// <summary>Prices in cents per million tokens; one that no source states is null.</summary>
public record PricesView(
    decimal InputPerMTok,
    decimal OutputPerMTok,
    decimal? CachedInputPerMTok,
    decimal? CacheWritePerMTok,
    decimal? CacheWrite1hPerMTok
)
{
    /// <summary>What a request costs in whole once its input, cached tokens included, is over a threshold.</summary>
    public LongContextView? LongContext { get; init; }
}

public sealed record LongContextView(
    long AboveInputTokens,
    decimal InputPerMTok,
    decimal OutputPerMTok,
    decimal? CachedInputPerMTok,
    decimal? CacheWritePerMTok,
    decimal? CacheWrite1hPerMTok
);

/// <summary>A model of the catalogue; usable: the caller holds a key for it that is not invalid.</summary>
public sealed record ModelView(
    string Id,
    string Provider,
    IReadOnlyList<string> Aliases,
    int? MaxInputTokens,
    int? MaxOutputTokens,
    PricesView Prices,
    string Source,
    DateOnly EffectiveFrom,
    bool Usable
);

public sealed record ModelListView(IReadOnlyList<ModelView> Models);

internal static class ModelEndpoints
{
    public static void AddModels(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ModelCatalogue>();
        builder.Services.AddSingleton<Pricing>();
    }

    public static void MapModels(this WebApplication app) =>
        app.MapGet("/api/models", ListAsync)
            .WithTags("Models")
            .WithName("ListModels")
            .WithSummary("The models with a price, what they cost today, and which the caller can use");

    private static async Task<Ok<ModelListView>> ListAsync(
        UserId user,
        ModelCatalogue catalogue,
        ApiKeysTable keys,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var usable = (await keys.ListAsync(user, cancellation)).Where(key => key.IsUsable).Select(key => key.Provider).ToHashSet();
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return TypedResults.Ok(new ModelListView([.. catalogue.All.Select(model => View(model, today, usable.Contains(model.Provider)))]));
    }

    private static ModelView View(Model model, DateOnly today, bool usable)
    {
        var price = model.PriceOn(today);
        var prices = new PricesView(price.Input, price.Output, price.CachedInput, price.CacheWrite, price.CacheWrite1h)
        {
            LongContext = price.LongContext is { } dearer
                ? new(dearer.AboveInputTokens, dearer.Input, dearer.Output, dearer.CachedInput, dearer.CacheWrite, dearer.CacheWrite1h)
                : null,
        };
        return new ModelView(
            model.Id,
            model.ProviderId,
            model.Aliases,
            model.MaxInputTokens,
            model.MaxOutputTokens,
            prices,
            price.Source,
            price.EffectiveFrom,
            usable
        );
    }
}
