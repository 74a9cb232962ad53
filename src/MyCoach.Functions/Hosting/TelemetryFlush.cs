using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MyCoach.Hosting;

/// <summary>
/// Flushes spans and logs every second, metrics every five seconds. The exporter alone would wait five seconds, and a
/// minute for metrics, and an instance can disappear without warning.
/// </summary>
internal sealed class TelemetryFlush(IServiceProvider services, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private const int TicksPerMetricsFlush = 5;
    private const int TimeoutMs = 2_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        for (var tick = 1; await timer.WaitForNextTickAsync(stoppingToken); tick++)
        {
            services.GetService<TracerProvider>()?.ForceFlush(TimeoutMs);
            services.GetService<LoggerProvider>()?.ForceFlush(TimeoutMs);
            if (tick % TicksPerMetricsFlush == 0)
            {
                services.GetService<MeterProvider>()?.ForceFlush(TimeoutMs);
            }
        }
    }
}
