using System.Diagnostics;
using MyCoach.Ledger;
using MyCoach.Metering;
using Yarp.ReverseProxy.Forwarder;

namespace MyCoach.Gateway;

/// <summary>One call on its way, for those who watch the gateway: what it came to is noted here as it becomes known, and told when the call is over.</summary>
internal sealed class CallTrace(GatewayTelemetry telemetry, GatewayCall call, Uri provider, Activity? span, TimeProvider clock) : IDisposable
{
    private readonly long began = clock.GetTimestamp();
    private TimeSpan? elapsed;

    public GatewayCall Call => call;

    public Uri Provider => provider;

    /// <summary>Null where no answer came.</summary>
    public int? Status { get; private set; }

    /// <summary>What the answer stated; null where there was none to be metered.</summary>
    public AnswerUsage? Usage { get; private set; }

    /// <summary>What was recorded of the call; null where it is not charged.</summary>
    public UsageEvent? Charged { get; private set; }

    /// <summary>How long the first piece of a stream took.</summary>
    public TimeSpan? FirstChunk { get; private set; }

    /// <summary>Until the provider was done. What is recorded after that is not its time.</summary>
    public TimeSpan Elapsed => elapsed ?? TimeSpan.Zero;

    /// <summary>Until something is known of the end, it is one that nobody thought of.</summary>
    public string? ErrorType { get; private set; } = "_OTHER";

    /// <summary>The provider has begun to answer, or refused to.</summary>
    public void Answer(int? status) => Status = status;

    /// <summary>The answer is over, whole or not, and is about to be settled.</summary>
    public void Complete(AnswerUsage? usage)
    {
        elapsed ??= clock.GetElapsedTime(began);
        Usage = usage;
    }

    public void Charge(UsageEvent one) => Charged = one;

    /// <summary>Nothing more will come from the provider.</summary>
    public void End(ForwarderError error, CallWatch watch)
    {
        elapsed ??= clock.GetElapsedTime(began);
        FirstChunk = call.Streams ? watch.FirstPieceAfter : null;
        ErrorType = GatewayTelemetry.ErrorOf(Status, error, watch);
    }

    public void Dispose()
    {
        elapsed ??= clock.GetElapsedTime(began);
        // An error after 200: the stream said so itself.
        ErrorType ??= Usage is { HasError: true } ? "provider_error" : null;
        if (call.Operation.IsMetered)
        {
            telemetry.Measure(this);
        }
        if (span is not null)
        {
            CallSpan.End(span, this);
        }
    }
}
