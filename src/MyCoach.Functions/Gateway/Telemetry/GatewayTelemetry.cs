using System.Diagnostics;
using System.Diagnostics.Metrics;
using Yarp.ReverseProxy.Forwarder;

namespace MyCoach.Gateway;

/// <summary>
/// The gateway's telemetry, by OpenTelemetry's conventions for generative AI (docs/telemetry.md): a span per call, and
/// metrics of metered calls. Never records prompts, keys or user ids.
/// </summary>
internal sealed class GatewayTelemetry
{
    public const string Name = "MyCoach.Gateway";

    /// <summary>
    /// In metrics, any model outside the catalogue: callers choose names freely, and each name would be a new time
    /// series.
    /// </summary>
    public const string OtherModel = "_OTHER";

    // The conventions' own.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries =
        [
            0.01,
            0.02,
            0.04,
            0.08,
            0.16,
            0.32,
            0.64,
            1.28,
            2.56,
            5.12,
            10.24,
            20.48,
            40.96,
            81.92,
        ],
    };

    private static readonly InstrumentAdvice<long> Tokens = new()
    {
        HistogramBucketBoundaries =
        [
            1,
            4,
            16,
            64,
            256,
            1024,
            4096,
            16384,
            65536,
            262144,
            1048576,
            4194304,
            16777216,
            67108864,
        ],
    };

    private static readonly ActivitySource Source = new(Name);

    private readonly TimeProvider clock;
    private readonly Histogram<double> duration;
    private readonly Histogram<double> firstChunk;
    private readonly Histogram<long> tokens;
    private readonly Counter<double> cost;

    public GatewayTelemetry(IMeterFactory factory, TimeProvider clock)
    {
        this.clock = clock;
        var meter = factory.Create(Name);
        duration = meter.CreateHistogram(
            "gen_ai.client.operation.duration",
            "s",
            "GenAI operation duration.",
            null,
            Seconds
        );
        firstChunk = meter.CreateHistogram(
            "gen_ai.client.operation.time_to_first_chunk",
            "s",
            "Time to receive the first chunk.",
            null,
            Seconds
        );
        tokens = meter.CreateHistogram(
            "gen_ai.client.token.usage",
            "{token}",
            "Number of input and output tokens used.",
            null,
            Tokens
        );
        cost = meter.CreateCounter<double>("mycoach.cost", "{USD}", "What the calls cost, as priced here.");
    }

    private bool Measures => duration.Enabled || firstChunk.Enabled || tokens.Enabled || cost.Enabled;

    /// <summary>Null if nothing listens.</summary>
    public CallTrace? Begin(GatewayCall call, Uri provider, HttpRequest request)
    {
        var span = Source.HasListeners() ? CallSpan.Start(Source, call, provider, request) : null;
        return span is not null || (call.Operation.IsMetered && Measures)
            ? new CallTrace(this, call, provider, span, clock)
            : null;
    }

    /// <summary>Measures a metered call that has ended.</summary>
    public void Measure(CallTrace trace)
    {
        if (!Measures)
        {
            return;
        }
        var call = trace.Call;
        var tags = new TagList
        {
            { "gen_ai.operation.name", call.Operation.Name },
            { "gen_ai.provider.name", call.Operation.Provider.Id },
            { "server.address", trace.Provider.Host },
            { "server.port", trace.Provider.Port },
        };
        AddModel(ref tags, "gen_ai.request.model", call, call.Body?.Model);
        AddModel(ref tags, "gen_ai.response.model", call, trace.Usage?.Model);
        if (trace is { Charged: { } charged })
        {
            // The conventions exclude estimated tokens.
            if (!charged.Estimated)
            {
                tokens.Record(charged.Tokens.Input, [.. tags, new("gen_ai.token.type", "input")]);
                tokens.Record(charged.Tokens.Output, [.. tags, new("gen_ai.token.type", "output")]);
            }
            cost.Add((double)charged.Cost.Usd, [.. tags, new("mycoach.estimated", charged.Estimated)]);
        }
        if (trace.FirstChunk is { } first)
        {
            firstChunk.Record(first.TotalSeconds, tags);
        }
        if (trace.ErrorType is { } error)
        {
            tags.Add("error.type", error);
        }
        duration.Record(trace.Elapsed.TotalSeconds, tags);
    }

    /// <summary>Why a call failed, as a value of low cardinality; null if it succeeded.</summary>
    public static string? ErrorOf(int? status, ForwarderError error, AbortPolicy abort) =>
        (status, error, abort.Reason) switch
        {
            (>= 300, _, _) => $"{status}",
            (_, ForwarderError.None, _) => null,
            // The forwarder then aborts the caller's connection too, which looks like a disconnect.
            (not null, ForwarderError.ResponseBodyDestination, _) => "provider_broke_off",
            (_, _, AbortReason.ClientLeft) => "client_left",
            (_, _, not AbortReason.None) => "timeout",
            (_, ForwarderError.RequestCreation, _) => "_OTHER",
            (null, _, _) => "provider_unreachable",
            _ => "provider_broke_off",
        };

    private static void AddModel(ref TagList tags, string name, GatewayCall call, string? model)
    {
        if (model is not null)
        {
            tags.Add(name, call.Prices.Find(call.Operation.Provider, model)?.Id ?? OtherModel);
        }
    }
}
