using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.ProviderKeys;
using MyCoach.Users;

namespace MyCoach.Catalogue;

internal static class ModelEndpoints
{
    public static void AddModels(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PriceVersionsTable>();
        builder.Services.AddSingleton<PriceBook>();
        // Scoped, so that a request sees one version, and no singleton keeps an old one.
        builder.Services.AddScoped(services => services.GetRequiredService<PriceBook>().Current);
        var allowsUnknown = ChatModels.ReadAllowsUnknown(builder.Configuration);
        builder.Services.AddSingleton(services => new ChatModels(
            services.GetRequiredService<PriceBook>(),
            services.GetRequiredService<TimeProvider>(),
            allowsUnknown
        ));
    }

    /// <summary>Has the price book in force read before an endpoint uses it.</summary>
    public static void UsePriceBook(this IApplicationBuilder app)
    {
        var prices = app.ApplicationServices.GetRequiredService<PriceBook>();
        app.Use(
            async (context, next) =>
            {
                if (ActsForUser.Of(context) is not null)
                {
                    await prices.GetAsync(context.RequestAborted);
                }
                await next(context);
            }
        );
    }

    public static void MapModels(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/api/models", ListAsync)
            .WithTags("Models")
            .WithName("ListModels")
            .WithSummary("List the models that have a price, today's prices, and which models the caller can use");

    private static async Task<Ok<ModelListView>> ListAsync(
        UserId user,
        ModelCatalogue catalogue,
        ProviderKeysTable keys,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var usable = (await keys.ListAsync(user, cancellation))
            .Where(key => key.IsUsable)
            .Select(key => key.Provider)
            .ToHashSet();
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return TypedResults.Ok(
            new ModelListView([
                .. catalogue.All.Select(model => ModelView.Of(model, today, usable.Contains(model.Provider))),
            ])
            {
                PriceVersion = catalogue.Version,
                Tools = [.. catalogue.Tools.Select(tool => ToolView.Of(tool, today))],
                ImageModels = [.. catalogue.ImageModels.Select(model => ImageModelView.Of(model, today))],
            }
        );
    }
}
