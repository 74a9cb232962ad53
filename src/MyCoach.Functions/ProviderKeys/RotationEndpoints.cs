using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Auth;
using MyCoach.Crypto;
using MyCoach.Hosting;
using MyCoach.Http;

namespace MyCoach.ProviderKeys;

internal static class RotationEndpoints
{
    public static void AddRotation(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RotationTable>();
        builder.Services.AddSingleton<RotationScan>();
        builder.Services.AddSingleton<KeyRotation>();
        builder.AddMaintenanceStep(
            RotationScan.Step,
            RotationScan.TimeLimit,
            (services, cancellation) => services.GetRequiredService<KeyRotation>().RunAsync(cancellation)
        );
    }

    public static void MapRotation(this IEndpointRouteBuilder endpoints)
    {
        var admin = endpoints
            .MapGroup("/api/admin/data-keys")
            .WithTags("Admin")
            .RequireAuthorization(AuthServices.AdminPolicy);
        admin
            .MapGet("/", GetAsync)
            .WithName("GetDataKeys")
            .WithSummary("List the data keys and the state of their rotation");
        admin
            .MapPost("/rotate", RotateAsync)
            .WithName("RotateDataKeys")
            .WithSummary("Create a data key and re-encrypt stored keys with it in the background");
    }

    private static async Task<Ok<DataKeyList>> GetAsync(
        DataKeys keys,
        RotationTable table,
        CancellationToken cancellation
    ) => TypedResults.Ok(await ViewAsync(keys, table, cancellation));

    private static async Task<Results<Accepted<DataKeyList>, ProblemHttpResult>> RotateAsync(
        DataKeys keys,
        KeyRotation rotation,
        RotationTable table,
        CancellationToken cancellation
    )
    {
        if (!rotation.IsPossible)
        {
            return Problems.Conflict("Data keys can be rotated only if a vault wraps them. Set KeyVault__KeyId.");
        }
        return await rotation.BeginAsync(cancellation) is null
            ? Problems.EncryptionUnavailable()
            : TypedResults.Accepted("/api/admin/data-keys", await ViewAsync(keys, table, cancellation));
    }

    private static async Task<DataKeyList> ViewAsync(DataKeys keys, RotationTable table, CancellationToken cancellation)
    {
        var all = await keys.ListAsync(cancellation);
        var state = await table.FindAsync(cancellation);
        return new DataKeyList(
            [.. all.Select((key, i) => new DataKeyView(key.Id, i == all.Count - 1, key.WrappedBy, key.CreatedAt))],
            RotationView.Of(state)
        );
    }
}
