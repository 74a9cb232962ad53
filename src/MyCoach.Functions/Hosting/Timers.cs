using Cronos;

namespace MyCoach.Hosting;

/// <summary>A recurring timer. The Functions host fires it; a standalone program fires it by its own clock.</summary>
internal sealed record RecurringTimer(string Name, CronExpression Schedule);

/// <summary>
/// Work that a timer does. Steps run one after another in the order in which they were added; a failed step does not stop the next.
/// </summary>
internal sealed record TimerStep(string Timer, string Name, Func<IServiceProvider, CancellationToken, Task> RunAsync);

internal sealed class TimerFailedException(string timer) : Exception($"{timer} failed and will run again at its next scheduled time.");

internal static partial class Timers
{
    // Must be below functionTimeout in host.json (30 minutes).
    private static readonly TimeSpan RunTimeout = TimeSpan.FromMinutes(25);

    /// <param name="setting">The setting with the NCRONTAB expression: six fields, the first for seconds.</param>
    public static void AddTimer(
        this IHostApplicationBuilder builder,
        HostEnvironment environment,
        string name,
        string setting,
        string defaultSchedule
    )
    {
        var expression = builder.Configuration[setting] is { Length: > 0 } configured ? configured : defaultSchedule;
        if (!CronExpression.TryParse(expression, CronFormat.IncludeSeconds, out var parsed))
        {
            throw new SettingException(setting, "must be an NCRONTAB expression of six fields, such as 0 */5 * * * *");
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

    /// <param name="timer">The name given to <see cref="AddTimer"/>.</param>
    public static void AddTimerStep(
        this IHostApplicationBuilder builder,
        string timer,
        string name,
        Func<IServiceProvider, CancellationToken, Task> run
    ) => builder.Services.AddSingleton(new TimerStep(timer, name, run));

    /// <summary>Runs a timer that the Functions host fired.</summary>
    /// <exception cref="TimerFailedException">A step failed and was logged. The host shows the run as failed.</exception>
    public static async Task RunForHostAsync(string name, IServiceProvider services, CancellationToken cancellation)
    {
        var timer = services.GetServices<RecurringTimer>().Single(timer => timer.Name == name);
        var logger = services.GetRequiredService<ILogger<TimerLoop>>();
        // The worker does not cancel its invocations when it shuts down.
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellation);
        if (!await RunAsync(timer, services, logger, either.Token))
        {
            throw new TimerFailedException(name);
        }
        Log.Succeeded(logger, name);
    }

    /// <summary>Runs each step once. Logs failures instead of throwing, and returns false if there were any; the next run tries again.</summary>
    public static async Task<bool> RunAsync(RecurringTimer timer, IServiceProvider services, ILogger logger, CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(RunTimeout);
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

        [LoggerMessage(LogLevel.Error, "{Timer} failed at {Step}; it will run again at its next scheduled time")]
        public static partial void Failed(ILogger logger, Exception failure, string timer, string step);
    }
}

/// <summary>Runs recurring work inside the process. Several instances may run it at once, so every step must be safe to repeat.</summary>
internal sealed class TimerLoop(RecurringTimer timer, IServiceProvider services, TimeProvider clock, ILogger<TimerLoop> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (timer.Schedule.GetNextOccurrence(clock.GetUtcNow(), TimeZoneInfo.Utc) is { } next)
        {
            // Task.Delay rejects delays of more than 49 days, so wait in parts.
            for (var pause = next - clock.GetUtcNow(); pause > TimeSpan.Zero; pause = next - clock.GetUtcNow())
            {
                var part = pause < LongestPause ? pause : LongestPause;
                await Task.Delay(part, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (stoppingToken.IsCancellationRequested)
                {
                    return;
                }
            }
            await Timers.RunAsync(timer, services, logger, stoppingToken);
        }
    }
}
