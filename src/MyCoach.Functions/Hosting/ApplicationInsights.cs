using Azure.Monitor.OpenTelemetry.Exporter;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MyCoach.Hosting;

/// <summary>
/// Exports to Application Insights, by the settings that the Functions host has too. Under the host only what that does not report itself: it tells of
/// requests, and takes log lines from standard output.
/// </summary>
internal static class ApplicationInsights
{
    private const string Connection = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string Authentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    public static bool IsConfigured(IConfiguration configuration) => configuration[Connection] is { Length: > 0 };

    public static void Export(IHostApplicationBuilder builder, OpenTelemetryBuilder telemetry, bool isUnderFunctionsHost)
    {
        var configuration = builder.Configuration;
        if (!configuration[Connection]!.Contains("InstrumentationKey=", StringComparison.OrdinalIgnoreCase))
        {
            throw new SettingException(Connection, "is not a connection string of Application Insights");
        }
        telemetry.WithTracing(tracing => tracing.AddAzureMonitorTraceExporter(options => Direct(options, configuration)));
        telemetry.WithMetrics(metering => metering.AddAzureMonitorMetricExporter(options => Direct(options, configuration)));
        if (!isUnderFunctionsHost)
        {
            telemetry.WithLogging(
                configureBuilder: null,
                options =>
                {
                    options.IncludeFormattedMessage = true;
                    options.AddAzureMonitorLogExporter(exporter => Direct(exporter, configuration));
                }
            );
        }
        builder.Services.AddHostedService<TelemetryFlush>();
    }

    private static void Direct(AzureMonitorExporterOptions options, IConfiguration configuration)
    {
        options.ConnectionString = configuration[Connection];
        // The user-assigned identity, as the host is told of it; else the instrumentation key is all that it takes.
        if (configuration[Authentication] is { Length: > 0 } authentication)
        {
            options.Credential = Identity.Of(ClientIdIn(authentication));
        }
        // Every call, nothing on a disk that goes with the instance, and nothing but what the program itself has to tell.
        options.SamplingRatio = 1;
        options.TracesPerSecond = null;
        options.DisableOfflineStorage = true;
        options.EnableLiveMetrics = false;
    }

    private static string? ClientIdIn(string authentication) =>
        authentication
            .Split(';', StringSplitOptions.TrimEntries)
            .FirstOrDefault(part => part.StartsWith("ClientId=", StringComparison.OrdinalIgnoreCase))
            ?["ClientId=".Length..];
}

/// <summary>Sends what is waiting each second: by itself that exporter waits for five, and for its metrics a minute, and nothing announces the end.</summary>
internal sealed class TelemetryFlush(IServiceProvider services, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private const int MetricsEvery = 5;
    private const int MostMs = 2_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        for (var turn = 1; await timer.WaitForNextTickAsync(stoppingToken); turn++)
        {
            services.GetService<TracerProvider>()?.ForceFlush(MostMs);
            services.GetService<LoggerProvider>()?.ForceFlush(MostMs);
            if (turn % MetricsEvery == 0)
            {
                services.GetService<MeterProvider>()?.ForceFlush(MostMs);
            }
        }
    }
}
