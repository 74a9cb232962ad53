using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Crypto;
using MyCoach.Settings;
using MyCoach.Storage;

namespace MyCoach.Health;

/// <summary>Whether the program can do its work: <c>ok</c> or <c>unavailable</c>, in all and by dependency.</summary>
public sealed record HealthView(string Status, string Storage, string Encryption);

/// <summary>Asks the storage and the vault at most every ten seconds, however often it is asked itself.</summary>
internal sealed class HealthCheck(SettingsTable table, DataKeys keys, TimeProvider clock)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private Task<(bool Storage, bool Encryption)>? last;
    private DateTimeOffset lastAt;

    public Task<(bool Storage, bool Encryption)> AskAsync()
    {
        lock (gate)
        {
            if (last is null || clock.GetUtcNow() - lastAt >= Period)
            {
                (last, lastAt) = (AskAnewAsync(), clock.GetUtcNow());
            }
            return last;
        }
    }

    private async Task<(bool, bool)> AskAnewAsync()
    {
        var storage = AnswersAsync(async patience =>
        {
            await table.ProbeAsync(patience);
            return true;
        });
        // A wrapped data key that this process has not seen yet lies in the storage.
        var encryption = AnswersAsync(async patience => await keys.CurrentAsync(patience) is not null);
        return (await storage, await encryption);
    }

    private static async Task<bool> AnswersAsync(Func<CancellationToken, Task<bool>> ask)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await ask(patience.Token);
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
            .WithSummary("Whether the service works; 503 when its storage does not answer");

    private static async Task<Results<Ok<HealthView>, JsonHttpResult<HealthView>>> GetAsync(HealthCheck check)
    {
        var (storage, encryption) = await check.AskAsync();
        var view = new HealthView(Say(storage), Say(storage), Say(encryption));
        return storage
            ? TypedResults.Ok(view)
            : TypedResults.Json(view, HealthJson.Default.HealthView, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static string Say(bool works) => works ? "ok" : "unavailable";
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HealthView))]
internal sealed partial class HealthJson : JsonSerializerContext;
