using Cronos;

namespace MyCoach.Hosting;

/// <summary>A time that recurs: told by the Functions host where there is one, else by the program's own clock.</summary>
internal sealed record RecurringTimer(string Name, CronExpression Schedule);

/// <summary>What is done at such a time, one step after the other in the order they were added. One that fails keeps none from being tried.</summary>
internal sealed record TimerStep(string Timer, string Name, Func<IServiceProvider, CancellationToken, Task> RunAsync);

internal sealed class TimerFailedException(string timer) : Exception($"{timer} failed; it is tried again at its next time.");

internal static partial class Timers
{
    // Must be below functionTimeout in host.json (30 minutes).
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(25);

    /// <param name="schedule">The setting that holds the NCRONTAB expression, of six fields with seconds.</param>
    public static void AddTimer(this IHostApplicationBuilder builder, HostEnvironment environment, string name, string schedule, string otherwise)
    {
        var expression = builder.Configuration[schedule] is { Length: > 0 } configured ? configured : otherwise;
        if (!CronExpression.TryParse(expression, CronFormat.IncludeSeconds, out var parsed))
        {
            throw new SettingException(schedule, "must be an NCRONTAB expression of six fields, such as 0 */5 * * * *");
        }
        var timer = new RecurringTimer(name, parsed);
        builder.Services.AddSingleton(timer);
        if (!environment.IsUnderFunctionsHost)
        {
            builder.Services.AddSingleton<IHostedService>(services => new TimerLoop(
                timer,
                services,
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<TimerLoop>>()
            ));
        }
    }

    /// <param name="timer">Of <see cref="AddTimer"/>.</param>
    public static void AddTimerStep(
        this IHostApplicationBuilder builder,
        string timer,
        string name,
        Func<IServiceProvider, CancellationToken, Task> run
    ) => builder.Services.AddSingleton(new TimerStep(timer, name, run));

    /// <summary>Runs a timer because the Functions host says that it is time.</summary>
    /// <exception cref="TimerFailedException">A step failed, which is in the log. The host shows the run as failed.</exception>
    public static async Task RunForHostAsync(string name, IServiceProvider services, CancellationToken cancellation)
    {
        var timer = services.GetServices<RecurringTimer>().Single(timer => timer.Name == name);
        var logger = services.GetRequiredService<ILogger<TimerLoop>>();
        // A worker that shuts down does not cancel its invocations.
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellation);
        if (!await RunAsync(timer, services, logger, either.Token))
        {
            throw new TimerFailedException(name);
        }
        Log.Succeeded(logger, name);
    }

    /// <summary>Runs each step once. A failure is logged and goes no further: the next time tries again.</summary>
    public static async Task<bool> RunAsync(RecurringTimer timer, IServiceProvider services, ILogger logger, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(Longest);
        var succeeded = true;
        foreach (var step in services.GetServices<TimerStep>().Where(step => step.Timer == timer.Name))
        {
            try
            {
                await step.RunAsync(services, limit.Token);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                Log.Failed(logger, failure, timer.Name, step.Name);
                succeeded = false;
            }
        }
        return succeeded;
    }

    private static partial class Log
    {
        // The alert for a silent roll-up queries this line.
        [LoggerMessage(LogLevel.Information, "{Timer} succeeded")]
        public static partial void Succeeded(ILogger logger, string timer);

        [LoggerMessage(LogLevel.Error, "{Timer} failed at {Step}; it is tried again at its next time")]
        public static partial void Failed(ILogger logger, Exception failure, string timer, string step);
    }
}

/// <summary>Runs recurring work inside the process. Several instances may: every step of such work can be done twice.</summary>
internal sealed class TimerLoop(RecurringTimer timer, IServiceProvider services, TimeProvider clock, ILogger<TimerLoop> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (timer.Schedule.GetNextOccurrence(clock.GetUtcNow(), TimeZoneInfo.Utc) is { } next)
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
            await Timers.RunAsync(timer, services, logger, stoppingToken);
        }
    }
}
