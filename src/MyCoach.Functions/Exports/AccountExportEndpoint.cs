using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Users;

namespace MyCoach.Exports;

internal static class AccountExportEndpoint
{
    public static void AddExports(this IHostApplicationBuilder builder) => builder.Services.AddScoped<AccountExport>();

    public static void MapExports(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/api/account/export", GetAsync)
            .WithTags("Account")
            .WithMetadata(HoldsMemory.OfExport)
            .Produces<AccountExportView>(StatusCodes.Status200OK, "application/json")
            .WithName("ExportAccount")
            .WithSummary("Export everything stored about the caller, with keys masked");

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> GetAsync(
        UserId user,
        [AsParameters] AccountExportRequest request
    )
    {
        var cancellation = request.Cancellation;
        if (
            await request.Limits.RefuseOrCountAsync(user, UserLimit.Exports, request.Context, cancellation) is
            { } refusal
        )
        {
            return refusal;
        }
        await request.Log.AddAsync(user, request.Actor, Activity.AccountExported);
        return TypedResults.Stream(
            stream => request.Export.WriteAsync(stream, user, cancellation),
            "application/json",
            "mycoach-account.json"
        );
    }
}
