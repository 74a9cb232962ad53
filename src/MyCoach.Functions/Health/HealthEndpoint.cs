using Microsoft.AspNetCore.Http.HttpResults;

namespace MyCoach.Health;

internal static class HealthEndpoint
{
    public static void AddHealth(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<HealthCheck>();

    public static void MapHealth(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/api/health", GetAsync)
            .AllowAnonymous()
            .WithTags("Health")
            .Produces<HealthView>(StatusCodes.Status503ServiceUnavailable)
            .WithName("GetHealth")
            .WithSummary("Check the service; 503 if its storage does not respond");

    private static async Task<Results<Ok<HealthView>, JsonHttpResult<HealthView>>> GetAsync(HealthCheck check)
    {
        var (storage, encryption) = await check.CheckAsync();
        var view = new HealthView(StatusOf(storage), StatusOf(storage), StatusOf(encryption));
        return storage
            ? TypedResults.Ok(view)
            : TypedResults.Json(
                view,
                HealthJson.Default.HealthView,
                statusCode: StatusCodes.Status503ServiceUnavailable
            );
    }

    private static string StatusOf(bool works) => works ? "ok" : "unavailable";
}
