namespace MyCoach.Hosting;

/// <summary>The standard OpenTelemetry settings of an OTLP collector.</summary>
/// <param name="Traces">Where spans go; null if nowhere. The same for metrics and logs.</param>
internal sealed record OtlpSettings(Uri? Traces, Uri? Metrics, Uri? Logs)
{
    public const string Prefix = "OTEL_EXPORTER_OTLP";

    /// <summary>The settings of single signals have these infixes: <c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c>.</summary>
    public const string TracesSignal = "TRACES";

    public const string MetricsSignal = "METRICS";
    public const string LogsSignal = "LOGS";

    public bool HasCollector => (Traces ?? Metrics ?? Logs) is not null;

    public static OtlpSettings Read(IConfiguration configuration)
    {
        var all = ReadEndpoint(configuration, $"{Prefix}_ENDPOINT");
        return new OtlpSettings(
            EndpointOf(configuration, TracesSignal) ?? all,
            EndpointOf(configuration, MetricsSignal) ?? all,
            EndpointOf(configuration, LogsSignal) ?? all
        );
    }

    /// <summary>The endpoint set for this signal alone; null if unset.</summary>
    public static Uri? EndpointOf(IConfiguration configuration, string signal) =>
        ReadEndpoint(configuration, $"{Prefix}_{signal}_ENDPOINT");

    /// <summary>The headers set for this signal alone; null if unset.</summary>
    public static string? HeadersOf(IConfiguration configuration, string signal) =>
        configuration[$"{Prefix}_{signal}_HEADERS"] is { Length: > 0 } headers ? headers : null;

    /// <summary>Checks what the exporter would fail on when it is created.</summary>
    public static void CheckExporter(IConfiguration configuration)
    {
        if (configuration[$"{Prefix}_PROTOCOL"] is not (null or "" or "http/protobuf" or "grpc"))
        {
            throw new SettingException($"{Prefix}_PROTOCOL", "must be http/protobuf or grpc");
        }
        foreach (var part in (string[])["", $"_{TracesSignal}", $"_{MetricsSignal}", $"_{LogsSignal}"])
        {
            CheckHeaders(configuration, $"{Prefix}{part}_HEADERS");
        }
    }

    private static void CheckHeaders(IConfiguration configuration, string setting)
    {
        var pairs = (configuration[setting] ?? "").Split(',');
        if (pairs.Any(pair => pair.Length > 0 && pair.IndexOf('=', StringComparison.Ordinal) < 1))
        {
            throw new SettingException(setting, "must be pairs of name=value, separated by commas");
        }
    }

    private static Uri? ReadEndpoint(IConfiguration configuration, string setting)
    {
        if (configuration[setting] is not { Length: > 0 } text)
        {
            return null;
        }
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new SettingException(setting, "must be an http or https address");
    }
}
