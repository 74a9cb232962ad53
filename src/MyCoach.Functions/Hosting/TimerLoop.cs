namespace MyCoach.Hosting;

/// <summary>
/// Runs recurring work inside the process. Several instances may run it at once, so every step must be safe to repeat.
/// </summary>
internal sealed class TimerLoop(
    RecurringTimer timer,
    IServiceProvider services,
    TimeProvider clock,
    ILogger<TimerLoop> logger
) : BackgroundService
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
