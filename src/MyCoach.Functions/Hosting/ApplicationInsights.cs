using Azure.Monitor.OpenTelemetry.Exporter;
using OpenTelemetry;

namespace MyCoach.Hosting;

/// <summary>
/// Exports to Application Insights with the settings that the Functions host reads too. Under the host it exports
/// neither requests nor logs: the host reports requests itself and reads log lines from standard output.
/// </summary>
internal static class ApplicationInsights
{
    private const string Connection = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string Authentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    public static bool IsConfigured(IConfiguration configuration) => configuration[Connection] is { Length: > 0 };

    public static void Export(
        IHostApplicationBuilder builder,
        OpenTelemetryBuilder telemetry,
        bool isUnderFunctionsHost
    )
    {
        var configuration = builder.Configuration;
        if (!configuration[Connection]!.Contains("InstrumentationKey=", StringComparison.OrdinalIgnoreCase))
        {
            throw new SettingException(Connection, "is not a connection string of Application Insights");
        }
        telemetry.WithTracing(tracing =>
            tracing.AddAzureMonitorTraceExporter(options => Configure(options, configuration))
        );
        telemetry.WithMetrics(metering =>
            metering.AddAzureMonitorMetricExporter(options => Configure(options, configuration))
        );
        if (!isUnderFunctionsHost)
        {
            telemetry.WithLogging(
                configureBuilder: null,
                options =>
                {
                    options.IncludeFormattedMessage = true;
                    options.AddAzureMonitorLogExporter(exporter => Configure(exporter, configuration));
                }
            );
        }
        builder.Services.AddHostedService<TelemetryFlush>();
    }

    private static void Configure(AzureMonitorExporterOptions options, IConfiguration configuration)
    {
        options.ConnectionString = configuration[Connection];
        // The same setting gives the host its identity. Without it, the exporter authenticates by the instrumentation
        // key.
        if (configuration[Authentication] is { Length: > 0 } authentication)
        {
            options.Credential = Identity.Of(ClientIdIn(authentication));
        }
        // Export every call, store nothing on the disk of a short-lived instance, and send only the telemetry of this
        // program.
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
