using System.Text;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Metering;
using MyCoach.Providers;

namespace MyCoach.Gateway;

/// <summary>Makes the usage event of a call: what it used, priced, and held against its reservation.</summary>
internal sealed partial class CallEventFactory(ILogger<CallEventFactory> logger)
{
    public const string UnknownModel = "unknown";

    /// <param name="meter">Null if the usage is unknown; then it is estimated.</param>
    public UsageEvent EventOf(GatewayCall call, AnswerMeter? meter)
    {
        var provider = call.Operation.Provider;
        // Under a strict budget no estimate may be too low: then a byte of text counts as a token.
        var isStrict = call.Reservation is { Reservation: { IsProbable: false, HeldEvent.Priced: true } };
        var used = MeteredCall.Of(
            provider,
            meter,
            call.Body?.InputEstimate ?? 0,
            isStrict ? 1 : MeteredCall.BytesPerToken,
            call.Body?.Factors.Declared
        );
        var model = used.Model ?? call.Body?.Model ?? "";
        model = Encoding.UTF8.GetByteCount(model) is 0 or > ModelIds.MaxBytes ? UnknownModel : model;
        // OpenAI states the service tier at the end of an answer. If the end is missing, the tier is the one asked for.
        var terms = used.Terms with
        {
            ServiceTier =
                used.Terms.ServiceTier
                ?? (used.IsEstimated && provider == Provider.OpenAi ? call.Body?.ServiceTier : null),
            Geography = used.Terms.Geography ?? ProviderRegion.Of(call.Address),
        };
        // A call admitted without a price stays without one, whichever model answered.
        var isUnpriced = call.Reservation is { Reservation.HeldEvent.Priced: false };
        var usageEvent = new UsageEvent(
            call.Id,
            provider,
            model,
            used.Tokens,
            call.ConversationId,
            call.AgentId,
            call.BeganAt,
            isUnpriced
                ? null
                : new Pricing(call.Prices).Price(provider, model, used.Tokens, call.BeganAt, terms, call.Body?.Model)
        )
        {
            Metadata = call.Metadata,
            TokenId = call.TokenId,
            KeyId = call.Key.KeyId,
            Estimated = used.IsEstimated,
            Terms = terms,
            RequestedModel =
                call.Body?.Model is { } asked
                && asked != model
                && Encoding.UTF8.GetByteCount(asked) <= ModelIds.MaxBytes
                    ? asked
                    : null,
        };
        if (call.Reservation is not { Reservation: var reservation })
        {
            return usageEvent;
        }
        if (isStrict && used.IsEstimated && meter is { Usage.InputTokens: null })
        {
            usageEvent = WithHeldInput(usageEvent, reservation.HeldEvent);
        }
        return Within(reservation, usageEvent, isUnanswered: meter is null);
    }

    // The provider has not stated the input or the tier, so they cost what is held for them.
    private static UsageEvent WithHeldInput(UsageEvent usageEvent, UsageEvent held)
    {
        var (input, output) = (held.Receipt!.Charges[0], held.Receipt.Charges[^1]);
        return usageEvent with
        {
            Tokens = usageEvent.Tokens with { Input = Math.Max(usageEvent.Tokens.Input, input.Count) },
            Receipt = held.Receipt with
            {
                Charges =
                [
                    input,
                    output with
                    {
                        Count = usageEvent.Tokens.Output,
                    },
                    .. usageEvent.Receipt?.Charges.Where(charge => charge.IsByUse) ?? [],
                ],
            },
        };
    }

    // An estimate is at most the upper bound. If no answer came from a provider that was at work, it is what was held.
    private UsageEvent Within(Reservation reservation, UsageEvent usageEvent, bool isUnanswered)
    {
        if (
            usageEvent.Estimated
            && reservation.HeldEvent.Priced
            && (isUnanswered || (usageEvent.Cost > reservation.Amount && !reservation.IsProbable))
        )
        {
            return reservation.HeldEvent with { Estimated = true };
        }
        if (usageEvent.Cost <= reservation.Amount || reservation.IsProbable)
        {
            return usageEvent;
        }
        Log.OverBound(
            logger,
            usageEvent.Id,
            usageEvent.Model,
            usageEvent.Cost.ToString(),
            reservation.Amount.ToString()
        );
        return usageEvent with { OverBound = true };
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Error,
            "Call {Id} of {Model} cost {Cost} pico-dollars, more than its upper bound of {Bound}"
        )]
        public static partial void OverBound(ILogger logger, string id, string model, string cost, string bound);
    }
}
