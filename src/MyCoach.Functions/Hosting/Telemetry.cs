using System.Diagnostics;
using Microsoft.Extensions.Configuration.Memory;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MyCoach.Hosting;

/// <summary>
/// Exports spans, metrics and logs as the standard OpenTelemetry settings say. Without these settings, no OpenTelemetry
/// service is created.
/// </summary>
internal static class Telemetry
{
    private const string OwnSources = "MyCoach.*";

    // Defaults, which every other source of settings overrides.
    private static readonly KeyValuePair<string, string?>[] Defaults =
    [
        new($"{OtlpSettings.Prefix}_PROTOCOL", "http/protobuf"),
        // By default the sampled flag of traceparent decides, so the caller could hide a call. The Functions host, for
        // example, samples for itself.
        new("OTEL_TRACES_SAMPLER", "always_on"),
        // The process may be frozen or killed without warning, which loses whatever was not exported. Metrics are
        // exported less often, because an idle exporter still sends them and because cumulative sums survive a missed
        // export.
        new("OTEL_BSP_SCHEDULE_DELAY", "1000"),
        new("OTEL_BLRP_SCHEDULE_DELAY", "1000"),
        new("OTEL_METRIC_EXPORT_INTERVAL", "5000"),
    ];

    public static void AddTelemetry(this IHostApplicationBuilder builder, HostEnvironment environment)
    {
        var configuration = builder.Configuration;
        var otlp = OtlpSettings.Read(configuration);
        var toInsights = ApplicationInsights.IsConfigured(configuration);
        if (!otlp.HasCollector && !toInsights)
        {
            return;
        }
        OtlpSettings.CheckExporter(configuration);
        // Earlier sources have lower priority, so every other source overrides these defaults.
        ((IConfigurationBuilder)configuration).Sources.Insert(
            0,
            new MemoryConfigurationSource { InitialData = Defaults }
        );
        var telemetry = builder
            .Services.AddOpenTelemetry()
            // In this order, so that a service name set by the operator overrides ours.
            .ConfigureResource(resource =>
                resource.Clear().AddService("mycoach").AddTelemetrySdk().AddEnvironmentVariableDetector()
            );
        // Under the host, Application Insights gets requests from the host. Spans and metrics cannot be split between
        // it and a collector.
        var includesRequests = !environment.IsUnderFunctionsHost || !toInsights;
        if (otlp.Traces is not null || toInsights)
        {
            telemetry.WithTracing(tracing => Trace(tracing, includesRequests));
        }
        if (otlp.Metrics is not null || toInsights)
        {
            telemetry.WithMetrics(metering => Measure(metering, includesRequests));
        }
        OtlpExport.Export(configuration, telemetry, otlp);
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

    // The route remains. A query can contain a token or a function key, even if redaction is on, and an unmatched path
    // can contain any pasted secret.
    private static void RemoveAddress(Activity span)
    {
        span.SetTag("url.query", null);
        span.SetTag("url.path", null);
    }
}
