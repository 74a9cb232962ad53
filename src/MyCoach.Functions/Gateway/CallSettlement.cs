using System.Text;
using MyCoach.Catalogue;
using MyCoach.Metering;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Usage;

namespace MyCoach.Gateway;

/// <summary>What a call leaves behind: its usage, and what it showed of the key.</summary>
internal sealed class CallSettlement(
    UsageSettler settler,
    OpenSettlements open,
    Pricing pricing,
    KeyKeeper keeper,
    KeyStanding standing,
    TimeProvider clock
)
{
    /// <summary>
    /// How long the last byte of an answer waits for its usage to be recorded where the storage is behind, so that no more is at stake than it can take.
    /// Recording goes on after that.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int MostModelBytes = 128;

    /// <summary>Puts the caller's key into the request, its only way out of storage.</summary>
    public void Authorize(GatewayCall call, HttpRequestMessage request) =>
        call.Operation.Provider.Authorize(request, keeper.Decrypt(call.User, call.Key));

    /// <param name="meter">Null where no answer came.</param>
    public async Task SettleAsync(GatewayCall call, AnswerMeter? meter)
    {
        call.Trace?.Complete(meter?.Usage);
        if (meter is { Usage: { HasError: true, HasBegun: false } })
        {
            // An error after 200 that began with nothing is a refusal like one with its own status.
            return;
        }
        var used = MeteredCall.Of(call.Operation.Provider, meter, call.Sent);
        var one = EventOf(call, used);
        call.Trace?.Charge(one);
        if (!used.IsEstimated)
        {
            open.Add(call.User, standing.NoteAsync(call.User, call.Key, KeyStatus.Valid));
        }
        var isBehind = open.IsBehind(call.User);
        var settling = settler.SettleAsync(call.User, one);
        if (isBehind)
        {
            await settling.WaitAsync(Patience, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task NoteAsync(GatewayCall call, KeyStatus status) =>
        await standing.NoteAsync(call.User, call.Key, status).WaitAsync(Patience, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private UsageEvent EventOf(GatewayCall call, MeteredCall used)
    {
        var provider = call.Operation.Provider;
        var model = used.Model ?? call.Body?.Model ?? "";
        model = Encoding.UTF8.GetByteCount(model) is 0 or > MostModelBytes ? "unknown" : model;
        // Where the answer did not come to say how it was served, as it was asked for. Anthropic says it first of all.
        var terms = used.Terms with
        {
            ServiceTier = used.Terms.ServiceTier ?? (used.IsEstimated && provider == Provider.OpenAi ? call.Body?.ServiceTier : null),
        };
        return new UsageEvent(
            call.Id,
            provider,
            model,
            used.Tokens,
            call.ConversationId,
            call.AgentId,
            call.BeganAt,
            pricing.Price(provider, model, used.Tokens, call.BeganAt, terms, call.Body?.Model)
        )
        {
            Estimated = used.IsEstimated,
        };
    }
}
