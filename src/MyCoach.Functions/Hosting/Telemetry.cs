using System.Diagnostics;
using Microsoft.Extensions.Configuration.Memory;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MyCoach.Hosting;

/// <summary>Exports spans, metrics and logs where OpenTelemetry's own settings say to. Where they say nothing, nothing of OpenTelemetry is made.</summary>
internal static class Telemetry
{
    private const string Exporter = "OTEL_EXPORTER_OTLP";
    private const string Own = "MyCoach.*";

    // What OpenTelemetry takes where nobody sets it.
    private static readonly KeyValuePair<string, string?>[] Defaults =
    [
        new($"{Exporter}_PROTOCOL", "http/protobuf"),
        // Otherwise whoever calls decides, by a flag of traceparent, whether the call is seen: for one, the Functions host, which samples for itself.
        new("OTEL_TRACES_SAMPLER", "always_on"),
        // The process is frozen or killed without warning: what has not left soon is lost. An idle exporter sends no spans, but always its metrics, which
        // are sums and can miss a turn.
        new("OTEL_BSP_SCHEDULE_DELAY", "1000"),
        new("OTEL_BLRP_SCHEDULE_DELAY", "1000"),
        new("OTEL_METRIC_EXPORT_INTERVAL", "5000"),
    ];

    public static void AddTelemetry(this IHostApplicationBuilder builder, HostEnvironment environment)
    {
        var configuration = builder.Configuration;
        var all = EndpointIn(configuration, $"{Exporter}_ENDPOINT");
        var (traces, metrics) = (EndpointIn(configuration, $"{Exporter}_TRACES_ENDPOINT"), EndpointIn(configuration, $"{Exporter}_METRICS_ENDPOINT"));
        var logs = EndpointIn(configuration, $"{Exporter}_LOGS_ENDPOINT");
        var toCollector = (all ?? traces ?? metrics ?? logs) is not null;
        if (!toCollector && !ApplicationInsights.IsConfigured(configuration))
        {
            return;
        }
        if (configuration[$"{Exporter}_PROTOCOL"] is not (null or "" or "http/protobuf" or "grpc"))
        {
            throw new SettingException($"{Exporter}_PROTOCOL", "must be http/protobuf or grpc");
        }
        CheckHeaders(configuration, $"{Exporter}_HEADERS", $"{Exporter}_TRACES_HEADERS", $"{Exporter}_METRICS_HEADERS", $"{Exporter}_LOGS_HEADERS");
        // First in the list, so that every other source of settings wins.
        ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        var telemetry = builder
            .Services.AddOpenTelemetry()
            // In this order, so that the operator's own name of the service wins.
            .ConfigureResource(resource => resource.Clear().AddService("mycoach").AddTelemetrySdk().AddEnvironmentVariableDetector());
        var toInsights = ApplicationInsights.IsConfigured(configuration);
        // Under the host, Application Insights gets requests from the host. Spans and metrics cannot be split between it and a collector.
        var tellsOfRequests = !environment.IsUnderFunctionsHost || !toInsights;
        if ((all ?? traces) is not null || toInsights)
        {
            telemetry.WithTracing(tracing => Trace(tracing, tellsOfRequests));
        }
        if ((all ?? metrics) is not null || toInsights)
        {
            telemetry.WithMetrics(metering => Measure(metering, tellsOfRequests));
        }
        Export(configuration, telemetry, all ?? traces, all ?? metrics, all ?? logs);
        if (toInsights)
        {
            ApplicationInsights.Export(builder, telemetry, environment.IsUnderFunctionsHost);
        }
    }

    private static void Trace(TracerProviderBuilder tracing, bool tellsOfRequests)
    {
        tracing.AddSource(Own);
        if (tellsOfRequests)
        {
            tracing.AddAspNetCoreInstrumentation(requests =>
            {
                requests.EnrichWithHttpRequest = (span, _) => LeaveOutAddress(span);
                requests.EnrichWithHttpResponse = (span, _) => LeaveOutAddress(span);
            });
        }
    }

    private static void Measure(MeterProviderBuilder metering, bool tellsOfRequests)
    {
        metering.AddMeter(Own);
        if (tellsOfRequests)
        {
            metering.AddAspNetCoreInstrumentation();
        }
    }

    private static void Export(IConfiguration configuration, OpenTelemetryBuilder telemetry, Uri? traces, Uri? metrics, Uri? logs)
    {
        if (traces is not null)
        {
            telemetry.WithTracing(tracing => tracing.AddOtlpExporter(options => Direct(options, configuration, "TRACES")));
        }
        if (metrics is not null)
        {
            telemetry.WithMetrics(metering => metering.AddOtlpExporter(options => Direct(options, configuration, "METRICS")));
        }
        if (logs is not null)
        {
            ExportLogs(telemetry, configuration);
        }
    }

    // What the lines say, without scopes, which hold whole addresses.
    private static void ExportLogs(OpenTelemetryBuilder telemetry, IConfiguration configuration) =>
        telemetry.WithLogging(
            logging => logging.AddOtlpExporter(options => Direct(options, configuration, "LOGS")),
            options =>
            {
                options.IncludeFormattedMessage = true;
                options.IncludeScopes = false;
            }
        );

    // The route stays. A query can hold a token or a function's key, also where it is to be redacted, and a wrong path whatever was pasted there.
    private static void LeaveOutAddress(Activity span)
    {
        span.SetTag("url.query", null);
        span.SetTag("url.path", null);
    }

    // The exporter by itself reads only what is said for both signals.
    private static void Direct(OtlpExporterOptions options, IConfiguration configuration, string signal)
    {
        if (EndpointIn(configuration, $"{Exporter}_{signal}_ENDPOINT") is { } endpoint)
        {
            options.Endpoint = endpoint;
        }
        if (configuration[$"{Exporter}_{signal}_HEADERS"] is { Length: > 0 } headers)
        {
            options.Headers = headers;
        }
    }

    // The exporter would stumble over them when it is made.
    private static void CheckHeaders(IConfiguration configuration, params string[] settings)
    {
        foreach (var setting in settings)
        {
            if ((configuration[setting] ?? "").Split(',').Any(pair => pair.Length > 0 && pair.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                throw new SettingException(setting, "must be pairs of name=value, separated by commas");
            }
        }
    }

    private static Uri? EndpointIn(IConfiguration configuration, string setting) =>
        configuration[setting] is not { Length: > 0 } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
        : throw new SettingException(setting, "must be an http or https address");
}
