using System.Diagnostics;
using MyCoach.Ledger;
using MyCoach.Metering;
using Yarp.ReverseProxy.Forwarder;

namespace MyCoach.Gateway;

/// <summary>Collects what becomes known about one call, and reports it when the call is over.</summary>
internal sealed class CallTrace(GatewayTelemetry telemetry, GatewayCall call, Uri provider, Activity? span, TimeProvider clock) : IDisposable
{
    private readonly long began = clock.GetTimestamp();
    private TimeSpan? elapsed;

    public GatewayCall Call => call;

    public Uri Provider => provider;

    /// <summary>Null if no answer came.</summary>
    public int? Status { get; private set; }

    /// <summary>What the answer stated; null if there was none to meter.</summary>
    public AnswerUsage? Usage { get; private set; }

    /// <summary>What is recorded of the call; null if it is not charged.</summary>
    public UsageEvent? Charged { get; private set; }

    /// <summary>How long the first piece of a stream took.</summary>
    public TimeSpan? FirstChunk { get; private set; }

    /// <summary>Until the provider was done, without the time to record it.</summary>
    public TimeSpan Elapsed => elapsed ?? TimeSpan.Zero;

    /// <summary><c>_OTHER</c> until the outcome is known; null if the call succeeded.</summary>
    public string? ErrorType { get; private set; } = "_OTHER";

    /// <summary>The provider has begun to answer, or refused to.</summary>
    public void Answer(int? status) => Status = status;

    /// <summary>The answer has ended, whole or not, and is about to be charged.</summary>
    public void Complete(AnswerUsage? usage)
    {
        elapsed ??= clock.GetElapsedTime(began);
        Usage = usage;
    }

    public void Charge(UsageEvent usageEvent) => Charged = usageEvent;

    /// <summary>Nothing more will come from the provider.</summary>
    public void End(ForwarderError error, AbortPolicy abort)
    {
        elapsed ??= clock.GetElapsedTime(began);
        FirstChunk = call.Streams ? abort.FirstPieceAfter : null;
        ErrorType = GatewayTelemetry.ErrorOf(Status, error, abort);
    }

    public void Dispose()
    {
        elapsed ??= clock.GetElapsedTime(began);
        // The stream reported an error after status 200.
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
