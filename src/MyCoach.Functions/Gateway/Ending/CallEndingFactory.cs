using MyCoach.Ledger;
using MyCoach.ProviderKeys;

namespace MyCoach.Gateway;

/// <summary>Makes the ending of each call.</summary>
internal sealed class CallEndingFactory(
    UsageSettler settler,
    PendingSettlements open,
    CallEventFactory events,
    EarlierAnswers answers,
    KeyStatusRecorder keyStatus,
    GatewayTelemetry telemetry,
    TimeProvider clock
)
{
    /// <summary>To be disposed of when the call's request ends.</summary>
    public CallEnding Of(GatewayCall call, Uri provider, HttpRequest request) =>
        new(call, telemetry.Begin(call, provider, request), settler, open, events, answers, keyStatus, clock);
}
