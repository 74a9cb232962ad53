using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MyCoach.Hosting;

/// <summary>
/// Exports each signal that has an endpoint to an OTLP collector. UseOtlpExporter would export all three if one has an
/// endpoint.
/// </summary>
internal static class OtlpExport
{
    public static void Export(IConfiguration configuration, OpenTelemetryBuilder telemetry, OtlpSettings settings)
    {
        if (settings.Traces is not null)
        {
            telemetry.WithTracing(tracing =>
                tracing.AddOtlpExporter(options => Configure(options, configuration, OtlpSettings.TracesSignal))
            );
        }
        if (settings.Metrics is not null)
        {
            telemetry.WithMetrics(metering =>
                metering.AddOtlpExporter(options => Configure(options, configuration, OtlpSettings.MetricsSignal))
            );
        }
        if (settings.Logs is not null)
        {
            ExportLogs(telemetry, configuration);
        }
    }

    // Without scopes, which contain whole URLs.
    private static void ExportLogs(OpenTelemetryBuilder telemetry, IConfiguration configuration) =>
        telemetry.WithLogging(
            logging => logging.AddOtlpExporter(options => Configure(options, configuration, OtlpSettings.LogsSignal)),
            options =>
            {
                options.IncludeFormattedMessage = true;
                options.IncludeScopes = false;
            }
        );

    // The exporter itself reads only the settings that apply to all signals.
    private static void Configure(OtlpExporterOptions options, IConfiguration configuration, string signal)
    {
        if (OtlpSettings.EndpointOf(configuration, signal) is { } endpoint)
        {
            options.Endpoint = endpoint;
        }
        if (OtlpSettings.HeadersOf(configuration, signal) is { } headers)
        {
            options.Headers = headers;
        }
    }
}
