using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using MyCoach.Gateway;

namespace MyCoach.Tests.Support;

/// <summary>A measurement as an exporter gets it.</summary>
public sealed record Measured(string Instrument, double Value, IReadOnlyDictionary<string, object?> Tags);

/// <summary>
/// Listens to one app's gateway: the spans of the traces that were begun here, and the metrics of this app alone.
/// </summary>
public sealed class TelemetryRecorder : IDisposable
{
    private readonly ConcurrentDictionary<string, Activity> spans = new();
    private readonly ConcurrentDictionary<string, bool> mine = new();
    private readonly ConcurrentQueue<Measured> measured = new();
    private readonly ActivityListener tracing;
    private readonly MeterListener metering = new();

    public TelemetryRecorder(TestApp app)
    {
        tracing = new ActivityListener
        {
            ShouldListenTo = source => source.Name == GatewayTelemetry.Name,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => _ = mine.ContainsKey($"{span.TraceId}") && spans.TryAdd($"{span.TraceId}", span),
        };
        ActivitySource.AddActivityListener(tracing);
        var meters = app.Service<IMeterFactory>();
        metering.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == GatewayTelemetry.Name && instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        metering.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        metering.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        metering.Start();
    }

    public IReadOnlyCollection<Measured> Measured => measured;

    /// <summary>A <c>traceparent</c>, as the Functions host sends one: not sampled.</summary>
    public string Begin()
    {
        var trace = $"{ActivityTraceId.CreateRandom()}";
        mine[trace] = true;
        return $"00-{trace}-{ActivitySpanId.CreateRandom()}-00";
    }

    /// <summary>The span of the call that was sent with this header; it may end a little after its answer.</summary>
    public async Task<Activity> SpanAsync(string traceparent)
    {
        using var patience = new CancellationTokenSource(Eventually.HangLimit);
        for (; ; await Task.Delay(10, patience.Token))
        {
            if (spans.TryGetValue(traceparent.Split('-')[1], out var span))
            {
                return span;
            }
        }
    }

    public Measured One(string instrument, params (string Name, object Value)[] tags) =>
        measured.Single(measurement =>
            measurement.Instrument == instrument
            && tags.All(tag => tag.Value.Equals(measurement.Tags.GetValueOrDefault(tag.Name)))
        );

    public void Dispose()
    {
        tracing.Dispose();
        metering.Dispose();
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        measured.Enqueue(new Measured(instrument.Name, value, tags.ToArray().ToDictionary()));
}
