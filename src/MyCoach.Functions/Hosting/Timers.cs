using System.Text.Json.Serialization;
using Cronos;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MyCoach.Hosting;

/// <summary>Work that recurs: run by the Functions host where there is one, else by the program itself, at the same times.</summary>
internal sealed record RecurringWork(string Name, CronExpression Schedule, Func<IServiceProvider, CancellationToken, Task> RunAsync);

/// <summary>What the Functions host must get from a timer in every case: an empty body hangs it, another status fails the function.</summary>
public sealed record TimerAnswer(
    [property: JsonPropertyName("Outputs")] TimerOutputs Outputs,
    [property: JsonPropertyName("Logs")] IReadOnlyList<string> Logs,
    [property: JsonPropertyName("ReturnValue")] string? ReturnValue
);

public sealed record TimerOutputs;

internal static partial class Timers
{
    // The host's functionTimeout (30 minutes) would kill the process and every call in it.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(25);

    // The host's proxy always sets these; its own timer call never does. Under the host, a request with one of them comes from outside.
    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "X-Forwarded-Host", "x-ms-invocation-id"];

    /// <param name="schedule">The setting that holds the NCRONTAB expression, of six fields with seconds.</param>
    public static void AddTimer(
        this WebApplicationBuilder builder,
        HostEnvironment environment,
        string name,
        string schedule,
        string otherwise,
        Func<IServiceProvider, CancellationToken, Task> run
    )
    {
        var expression = builder.Configuration[schedule] is { Length: > 0 } configured ? configured : otherwise;
        if (!CronExpression.TryParse(expression, CronFormat.IncludeSeconds, out var parsed))
        {
            throw new SettingException(schedule, "must be an NCRONTAB expression of six fields, such as 0 */5 * * * *");
        }
        var work = new RecurringWork(name, parsed, run);
        builder.Services.AddSingleton(work);
        if (!environment.IsUnderFunctionsHost)
        {
            builder.Services.AddSingleton<IHostedService>(services => new TimerLoop(
                work,
                services,
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<TimerLoop>>()
            ));
        }
    }

    public static void MapTimers(this WebApplication app, HostEnvironment environment)
    {
        if (!environment.IsUnderFunctionsHost)
        {
            return;
        }
        foreach (var work in app.Services.GetServices<RecurringWork>())
        {
            app.MapPost($"/{work.Name}", async context => await (await RunForHostAsync(work, context)).ExecuteAsync(context))
                .AllowAnonymous()
                .ExcludeFromDescription();
        }
    }

    private static async Task<Results<Ok<TimerAnswer>, ProblemHttpResult>> RunForHostAsync(RecurringWork work, HttpContext context)
    {
        if (ProxyHeaders.Any(context.Request.Headers.ContainsKey))
        {
            return Problems.NotFound();
        }
        var logger = context.RequestServices.GetRequiredService<ILogger<TimerLoop>>();
        var succeeded = await RunAsync(work, context.RequestServices, logger, context.RequestAborted);
        return TypedResults.Ok(new TimerAnswer(new TimerOutputs(), [$"{work.Name} {(succeeded ? "succeeded" : "failed")}"], null));
    }

    /// <summary>Runs the work once. A failure is logged and goes no further: the next time tries again.</summary>
    public static async Task<bool> RunAsync(RecurringWork work, IServiceProvider services, ILogger logger, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Longest);
        try
        {
            await work.RunAsync(services, limit.Token);
            return true;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            Log.Failed(logger, failure, work.Name);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Timer} failed; it is tried again at its next time")]
        public static partial void Failed(ILogger logger, Exception failure, string timer);
    }
}

/// <summary>Runs recurring work inside the process. Several instances may: every step of such work can be done twice.</summary>
internal sealed class TimerLoop(RecurringWork work, IServiceProvider services, TimeProvider clock, ILogger<TimerLoop> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (work.Schedule.GetNextOccurrence(clock.GetUtcNow(), TimeZoneInfo.Utc) is { } next)
        {
            // In pieces, because a delay of more than 49 days is none.
            for (var pause = next - clock.GetUtcNow(); pause > TimeSpan.Zero; pause = next - clock.GetUtcNow())
            {
                var piece = pause < LongestPause ? pause : LongestPause;
                await Task.Delay(piece, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (stoppingToken.IsCancellationRequested)
                {
                    return;
                }
            }
            await Timers.RunAsync(work, services, logger, stoppingToken);
        }
    }
}
