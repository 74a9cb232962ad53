using MyCoach.Ledger;
using MyCoach.Metering;
using MyCoach.ProviderKeys;
using MyCoach.Providers;

namespace MyCoach.Gateway;

/// <summary>
/// Ends one call. This is the only place that charges a call, releases its reservation, notes what it showed about the
/// key, and ends its span. Made by <see cref="CallEndingFactory"/>.
/// </summary>
internal sealed class CallEnding(
    GatewayCall call,
    CallTrace? trace,
    UsageSettler settler,
    PendingSettlements open,
    CallEventFactory events,
    EarlierAnswers answers,
    KeyStatusRecorder keyStatus,
    TimeProvider clock
) : IDisposable
{
    /// <summary>
    /// How long the last byte of an answer waits for its usage to be recorded if storage is behind. This bounds what a
    /// crash can lose; recording continues afterwards.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private bool hasEnded;

    /// <summary>Null if nothing listens.</summary>
    public CallTrace? Trace => trace;

    /// <summary>Ends the call. Does nothing if it has ended.</summary>
    public async Task EndAsync(CallOutcome outcome)
    {
        if (hasEnded)
        {
            return;
        }
        hasEnded = true;
        switch (outcome)
        {
            case CallOutcome.NotWorkedOn or CallOutcome.Refused:
                Release();
                break;
            case CallOutcome.Unmetered when call.Operation.IsMetered:
                trace?.Complete(usage: null);
                await ChargeAsync(meter: null);
                break;
            case CallOutcome.Answered { Meter: var meter }:
                trace?.Complete(meter.Usage);
                if (meter.Usage is { HasError: true, HasBegun: false })
                {
                    // An error event at the very start of a 200 answer is a refusal.
                    Release();
                }
                else
                {
                    await ChargeAsync(meter);
                }
                break;
        }
    }

    /// <summary>Records what a refusal says about the key.</summary>
    public async Task RecordKeyStatusAsync(KeyStatus status) =>
        await keyStatus
            .RecordAsync(call.User, call.Key, status)
            .WaitAsync(Patience, clock)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>
    /// Leaves the reservation of a call that has not ended to expire, when Upkeep charges it in full; ends the span.
    /// </summary>
    public void Dispose()
    {
        call.Reservation?.Dispose();
        trace?.Dispose();
    }

    private async Task ChargeAsync(AnswerMeter? meter)
    {
        var usageEvent = events.EventOf(call, meter);
        trace?.Charge(usageEvent);
        answers.Keep(call, meter, usageEvent);
        if (!usageEvent.Estimated)
        {
            open.Add(call.User, keyStatus.RecordAsync(call.User, call.Key, KeyStatus.Valid));
        }
        var isBehind = open.IsBehind(call.User);
        var settling = Settle(usageEvent);
        await (isBehind ? settling.Settled : settling.Turn)
            .WaitAsync(Patience, clock)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Release()
    {
        if (call.Reservation is not null)
        {
            _ = Settle(used: null);
        }
    }

    private Settling Settle(UsageEvent? used)
    {
        var settling = settler.Settle(call.User, new UnsettledCall(used, call.Reservation?.Reservation));
        call.Reservation?.EndWith(settling.Settled);
        return settling;
    }
}
