using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Crypto;
using MyCoach.Settings;
using MyCoach.Storage;

namespace MyCoach.Health;

/// <summary>The state of the service and of each dependency: <c>ok</c> or <c>unavailable</c>.</summary>
public sealed record HealthView(string Status, string Storage, string Encryption);

/// <summary>Checks the storage and the vault, and reuses the result for ten seconds, however many requests there are.</summary>
internal sealed class HealthCheck(SettingsTable table, DataKeys keys, TimeProvider clock)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private Task<(bool Storage, bool Encryption)>? last;
    private DateTimeOffset lastAt;

    public Task<(bool Storage, bool Encryption)> CheckAsync()
    {
        lock (gate)
        {
            if (last is null || clock.GetUtcNow() - lastAt >= Period)
            {
                (last, lastAt) = (ProbeAsync(), clock.GetUtcNow());
            }
            return last;
        }
    }

    private async Task<(bool, bool)> ProbeAsync()
    {
        var storage = AnswersAsync(async cancellation =>
        {
            await table.ProbeAsync(cancellation);
            return true;
        });
        // Also reads the storage if this process has not loaded the wrapped data keys yet.
        var encryption = AnswersAsync(async cancellation => await keys.CurrentAsync(cancellation) is not null);
        return (await storage, await encryption);
    }

    private static async Task<bool> AnswersAsync(Func<CancellationToken, Task<bool>> probe)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        try
        {
            return await probe(timeout.Token);
        }
        catch (Exception fault) when (StorageFaults.IsUnavailable(fault) || fault is OperationCanceledException)
        {
            return false;
        }
    }
}

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
            : TypedResults.Json(view, HealthJson.Default.HealthView, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static string StatusOf(bool works) => works ? "ok" : "unavailable";
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HealthView))]
internal sealed partial class HealthJson : JsonSerializerContext;
