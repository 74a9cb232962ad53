using System.Diagnostics;
using Microsoft.Extensions.Configuration.Memory;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MyCoach.Hosting;

/// <summary>
/// Exports spans, metrics and logs as the standard OpenTelemetry settings say. Without these settings, no OpenTelemetry service is created.
/// </summary>
internal static class Telemetry
{
    private const string Exporter = "OTEL_EXPORTER_OTLP";
    private const string OwnSources = "MyCoach.*";

    // Defaults, which every other source of settings overrides.
    private static readonly KeyValuePair<string, string?>[] Defaults =
    [
        new($"{Exporter}_PROTOCOL", "http/protobuf"),
        // By default the sampled flag of traceparent decides, so the caller could hide a call. The Functions host, for example, samples for itself.
        new("OTEL_TRACES_SAMPLER", "always_on"),
        // The process may be frozen or killed without warning, which loses whatever was not exported. Metrics are exported less often, because an
        // idle exporter still sends them and because cumulative sums survive a missed export.
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
        // Earlier sources have lower priority, so every other source overrides these defaults.
        ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        var telemetry = builder
            .Services.AddOpenTelemetry()
            // In this order, so that a service name set by the operator overrides ours.
            .ConfigureResource(resource => resource.Clear().AddService("mycoach").AddTelemetrySdk().AddEnvironmentVariableDetector());
        var toInsights = ApplicationInsights.IsConfigured(configuration);
        // Under the host, Application Insights gets requests from the host. Spans and metrics cannot be split between it and a collector.
        var includesRequests = !environment.IsUnderFunctionsHost || !toInsights;
        if ((all ?? traces) is not null || toInsights)
        {
            telemetry.WithTracing(tracing => Trace(tracing, includesRequests));
        }
        if ((all ?? metrics) is not null || toInsights)
        {
            telemetry.WithMetrics(metering => Measure(metering, includesRequests));
        }
        Export(configuration, telemetry, all ?? traces, all ?? metrics, all ?? logs);
        if (toInsights)
        {
            ApplicationInsights.Export(builder, telemetry, environment.IsUnderFunctionsHost);
        }
    }

    private static void Trace(TracerProviderBuilder tracing, bool includesRequests)
    {
        tracing.AddSource(OwnSources);
        if (includesRequests)
        {
            tracing.AddAspNetCoreInstrumentation(requests =>
            {
                requests.EnrichWithHttpRequest = (span, _) => RemoveAddress(span);
                requests.EnrichWithHttpResponse = (span, _) => RemoveAddress(span);
            });
        }
    }

    private static void Measure(MeterProviderBuilder metering, bool includesRequests)
    {
        metering.AddMeter(OwnSources);
        if (includesRequests)
        {
            metering.AddAspNetCoreInstrumentation();
        }
    }

    private static void Export(IConfiguration configuration, OpenTelemetryBuilder telemetry, Uri? traces, Uri? metrics, Uri? logs)
    {
        if (traces is not null)
        {
            telemetry.WithTracing(tracing => tracing.AddOtlpExporter(options => Configure(options, configuration, "TRACES")));
        }
        if (metrics is not null)
        {
            telemetry.WithMetrics(metering => metering.AddOtlpExporter(options => Configure(options, configuration, "METRICS")));
        }
        if (logs is not null)
        {
            ExportLogs(telemetry, configuration);
        }
    }

    // Without scopes, which contain whole URLs.
    private static void ExportLogs(OpenTelemetryBuilder telemetry, IConfiguration configuration) =>
        telemetry.WithLogging(
            logging => logging.AddOtlpExporter(options => Configure(options, configuration, "LOGS")),
            options =>
            {
                options.IncludeFormattedMessage = true;
                options.IncludeScopes = false;
            }
        );

    // The route remains. A query can contain a token or a function key, even if redaction is on, and an unmatched path can contain any pasted secret.
    private static void RemoveAddress(Activity span)
    {
        span.SetTag("url.query", null);
        span.SetTag("url.path", null);
    }

    // The exporter itself reads only the settings that apply to all signals.
    private static void Configure(OtlpExporterOptions options, IConfiguration configuration, string signal)
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

    // Check these now: the exporter would fail on them when it is created.
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
