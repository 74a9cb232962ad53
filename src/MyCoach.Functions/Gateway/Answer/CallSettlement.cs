using System.Text;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Metering;
using MyCoach.ProviderKeys;
using MyCoach.Providers;

namespace MyCoach.Gateway;

/// <summary>What a call leaves behind: its usage, and what it showed of the key.</summary>
internal sealed partial class CallSettlement(
    UsageSettler settler,
    OpenSettlements open,
    Pricing pricing,
    KeyKeeper keeper,
    KeyStanding standing,
    TimeProvider clock,
    ILogger<CallSettlement> logger
)
{
    /// <summary>
    /// How long the last byte of an answer waits for its usage to be recorded where the storage is behind, so that no more is at stake than it can take.
    /// Recording goes on after that.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public const int MostModelBytes = 128;
    public const string UnknownModel = "unknown";

    /// <summary>Puts the caller's key into the request, its only way out of storage.</summary>
    public async Task AuthorizeAsync(GatewayCall call, HttpRequestMessage request, CancellationToken cancellation) =>
        call.Operation.Provider.Authorize(request, await keeper.DecryptAsync(call.User, call.Key, cancellation));

    /// <param name="meter">Null where no answer came.</param>
    public async Task SettleAsync(GatewayCall call, AnswerMeter? meter)
    {
        call.Trace?.Complete(meter?.Usage);
        if (meter is { Usage: { HasError: true, HasBegun: false } })
        {
            // An error after 200 that began with nothing is a refusal like one with its own status.
            Release(call);
            return;
        }
        var used = MeteredCall.Of(call.Operation.Provider, meter, call.Sent);
        var one = EventOf(call, used, isUnanswered: meter is null);
        call.Trace?.Charge(one);
        if (!used.IsEstimated)
        {
            open.Add(call.User, standing.NoteAsync(call.User, call.Key, KeyStatus.Valid));
        }
        var isBehind = open.IsBehind(call.User);
        var settling = End(call, one);
        if (isBehind)
        {
            await settling.WaitAsync(Patience, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Gives back what the budget holds for a call that is known to have cost nothing; does nothing for one that is settled.</summary>
    public void Release(GatewayCall call)
    {
        if (call is { Held: not null, IsSettled: false })
        {
            _ = End(call, used: null);
        }
    }

    /// <summary>Leaves a call that is not settled to its reservation's end.</summary>
    public static void LetGo(GatewayCall call)
    {
        if (!call.IsSettled)
        {
            call.Held?.Dispose();
        }
    }

    public async Task NoteAsync(GatewayCall call, KeyStatus status) =>
        await standing.NoteAsync(call.User, call.Key, status).WaitAsync(Patience, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    // The reservation is renewed until it is settled, however long that takes.
    private Task End(GatewayCall call, UsageEvent? used)
    {
        call.IsSettled = true;
        var settling = settler.SettleAsync(call.User, new EndedCall(used, call.Held?.Reservation));
        _ = settling.ContinueWith(_ => call.Held?.Dispose(), TaskScheduler.Default);
        return settling;
    }

    private UsageEvent EventOf(GatewayCall call, MeteredCall used, bool isUnanswered)
    {
        var provider = call.Operation.Provider;
        var model = used.Model ?? call.Body?.Model ?? "";
        model = Encoding.UTF8.GetByteCount(model) is 0 or > MostModelBytes ? UnknownModel : model;
        // Where the answer did not come to say how it was served, as it was asked for. Anthropic says it first of all.
        var terms = used.Terms with
        {
            ServiceTier = used.Terms.ServiceTier ?? (used.IsEstimated && provider == Provider.OpenAi ? call.Body?.ServiceTier : null),
        };
        var one = new UsageEvent(
            call.Id,
            provider,
            model,
            used.Tokens,
            call.ConversationId,
            call.AgentId,
            call.BeganAt,
            // What was admitted as a call whose price is not known has none, whichever model answered.
            call.Held
                is { Reservation.Worst.Priced: false }
                ? null
                : pricing.Price(provider, model, used.Tokens, call.BeganAt, terms, call.Body?.Model)
        )
        {
            Estimated = used.IsEstimated,
        };
        return call.Held is { Reservation: var held } ? WithinBound(one, held, isUnanswered) : one;
    }

    // What nobody stated is thought to be no more than was reserved, and where no answer came from a provider that was at work, no less.
    private UsageEvent WithinBound(UsageEvent one, Reservation held, bool isUnanswered)
    {
        if (one.Estimated && held.Worst.Priced && (isUnanswered || one.Cost > held.Amount))
        {
            return held.Worst with { Estimated = true };
        }
        if (one.Cost <= held.Amount)
        {
            return one;
        }
        Log.OverBound(logger, one.Id, one.Model, one.Cost.ToString(), held.Amount.ToString());
        return one with { OverBound = true };
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Call {Id} of {Model} cost {Cost} pico-dollars, more than the {Bound} that were thought to be its bound")]
        public static partial void OverBound(ILogger logger, string id, string model, string cost, string bound);
    }
}
