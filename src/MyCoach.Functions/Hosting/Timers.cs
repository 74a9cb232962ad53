using Cronos;

namespace MyCoach.Hosting;

internal static partial class Timers
{
    /// <summary>
    /// Longer than all steps of a timer together, and below functionTimeout in host.json (30 minutes).
    /// </summary>
    public static readonly TimeSpan RunTimeout = TimeSpan.FromMinutes(28);

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
    /// <param name="share">The part of a run after which the step stops by itself.</param>
    public static void AddTimerStep(
        this IHostApplicationBuilder builder,
        string timer,
        string name,
        TimeSpan share,
        Func<IServiceProvider, CancellationToken, Task> run
    ) => builder.Services.AddSingleton(new TimerStep(timer, name, share, run));

    /// <summary>Runs a timer that the Functions host fired.</summary>
    /// <exception cref="TimerFailedException">A step failed and was logged. The host shows the run as
    /// failed.</exception>
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

    /// <summary>
    /// Runs each step once. Logs failures instead of throwing, and returns false if there were any; the next run tries
    /// again.
    /// </summary>
    public static async Task<bool> RunAsync(
        RecurringTimer timer,
        IServiceProvider services,
        ILogger logger,
        CancellationToken stopping
    )
    {
        using var run = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        run.CancelAfter(RunTimeout);
        var succeeded = true;
        foreach (var step in services.GetServices<TimerStep>().Where(step => step.Timer == timer.Name))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(run.Token);
            limit.CancelAfter(step.Limit);
            try
            {
                await step.RunAsync(services, limit.Token);
            }
            catch (Exception failure)
                when (failure is not OperationCanceledException || !stopping.IsCancellationRequested)
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
