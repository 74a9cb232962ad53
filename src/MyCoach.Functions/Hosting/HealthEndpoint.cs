using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Crypto;
using MyCoach.Settings;
using MyCoach.Storage;

namespace MyCoach.Hosting;

/// <summary>Whether the program can do its work: <c>ok</c> or <c>unavailable</c>, in all and by dependency.</summary>
public sealed record HealthView(string Status, string Storage, string Encryption);

/// <summary>Asks the storage at most every ten seconds, however often it is asked itself.</summary>
internal sealed class HealthCheck(SettingsTable table, TimeProvider clock)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private Task<bool>? last;
    private DateTimeOffset lastAt;

    public Task<bool> StorageAnswersAsync()
    {
        lock (gate)
        {
            if (last is null || clock.GetUtcNow() - lastAt >= Period)
            {
                (last, lastAt) = (AskAsync(), clock.GetUtcNow());
            }
            return last;
        }
    }

    private async Task<bool> AskAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            await table.ProbeAsync(patience.Token);
            return true;
        }
        catch (Exception fault) when (StorageFaults.IsUnavailable(fault) || fault is OperationCanceledException)
        {
            return false;
        }
    }
}

internal static class HealthEndpoint
{
    public static void AddHealth(this WebApplicationBuilder builder) => builder.Services.AddSingleton<HealthCheck>();

    public static void MapHealth(this WebApplication app) =>
        app.MapGet("/api/health", GetAsync)
            .AllowAnonymous()
            .WithTags("Health")
            .Produces<HealthView>(StatusCodes.Status503ServiceUnavailable)
            .WithName("GetHealth")
            .WithSummary("Whether the service works; 503 when its storage does not answer");

    private static async Task<Results<Ok<HealthView>, JsonHttpResult<HealthView>>> GetAsync(
        HealthCheck check,
        DataKeys keys,
        CancellationToken cancellation
    )
    {
        var storage = await check.StorageAnswersAsync();
        var view = new HealthView(Say(storage), Say(storage), Say(await EncryptsAsync(keys, cancellation)));
        return storage
            ? TypedResults.Ok(view)
            : TypedResults.Json(view, WireJson.Default.HealthView, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    // A wrapped data key that this process has not seen yet lies in the storage.
    private static async Task<bool> EncryptsAsync(DataKeys keys, CancellationToken cancellation)
    {
        try
        {
            return await keys.CurrentAsync(cancellation) is not null;
        }
        catch (Exception fault) when (StorageFaults.IsUnavailable(fault))
        {
            return false;
        }
    }

    private static string Say(bool works) => works ? "ok" : "unavailable";
}
