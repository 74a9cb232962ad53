using MyCoach.Agents;
using MyCoach.Auth;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Gateway;

/// <summary>One check of a call: null lets it pass.</summary>
internal delegate ValueTask<Refusal?> AdmissionStep(CallRequest request);

/// <summary>Decides whether a call may go to its provider: the steps in the order of <c>docs/gateway.md</c>.</summary>
internal sealed class CallAdmission
{
    public const string ConversationHeader = "X-MyCoach-Conversation";
    public const string AgentHeader = "X-MyCoach-Agent";

    private readonly TokenCache tokens;
    private readonly ProviderKeyCache keys;
    private readonly ProviderKeyCipher cipher;
    private readonly AgentCache agents;
    private readonly ProviderAddresses addresses;
    private readonly PriceBook prices;
    private readonly TimeProvider clock;
    private readonly IReadOnlyList<AdmissionStep> steps;

    public CallAdmission(
        TokenCache tokens,
        ProviderKeyCache keys,
        ProviderKeyCipher cipher,
        AgentCache agents,
        ProviderAddresses addresses,
        ConcurrentCalls calls,
        BodyIntake intake,
        BodyParsing parsing,
        ModelChoice models,
        BudgetAdmission budgets,
        PriceBook prices,
        TimeProvider clock
    )
    {
        (this.tokens, this.keys, this.cipher, this.agents) = (tokens, keys, cipher, agents);
        (this.addresses, this.prices, this.clock) = (addresses, prices, clock);
        steps =
        [
            RefuseWebSocket,
            ReadAttribution,
            calls.Enter,
            FindAgentAsync,
            FindKeyAsync,
            intake.ReceiveAsync,
            FindTokenAfterBodyAsync,
            FindKeyAfterBodyAsync,
            budgets.FindBudgetAsync,
            parsing.ParseAsync,
            models.ChooseAsync,
            BeginAsync,
            CheckModelOfToken,
            budgets.ReserveAsync,
        ];
    }

    public async Task<(GatewayCall? Call, Refusal? Refusal)> AdmitAsync(CallRequest request)
    {
        try
        {
            foreach (var step in steps)
            {
                if (await step(request) is { } refusal)
                {
                    return (null, refusal);
                }
            }
            return (request.ToCall(), null);
        }
        catch
        {
            request.Reservation?.Dispose();
            throw;
        }
    }

    private static ValueTask<Refusal?> RefuseWebSocket(CallRequest request) =>
        ValueTask.FromResult(WebSockets.IsRequestedBy(request.Context) ? Refusal.WebSocket : null);

    private static ValueTask<Refusal?> ReadAttribution(CallRequest request)
    {
        var (conversation, agent) = (HeaderOf(request, ConversationHeader), HeaderOf(request, AgentHeader));
        var areIds = new[] { conversation, agent }.All(id => id is null || Ids.IsId(id));
        var (ofToken, agentOfToken) = (request.Token?.ConversationId, request.Token?.AgentId);
        if (Differs(conversation, ofToken) || Differs(agent, agentOfToken))
        {
            return ValueTask.FromResult<Refusal?>(Refusal.AttributedByToken);
        }
        (request.ConversationId, request.AgentId) = (ofToken ?? conversation, agentOfToken ?? agent);
        request.Metadata = MetadataHeader.TryRead(request.Context.Request);
        return ValueTask.FromResult(
            request.Metadata is null ? Refusal.Invalid(MetadataHeader.InvalidMessage)
            : areIds ? null
            : Refusal.Invalid($"{ConversationHeader} and {AgentHeader} {FieldErrors.InvalidIdMessage}.")
        );

        static bool Differs(string? header, string? ofToken) =>
            header is not null && ofToken is not null && header != ofToken;
    }

    private async ValueTask<Refusal?> FindAgentAsync(CallRequest request) =>
        request.AgentId is not { } id || await agents.ExistsAsync(request.User, id, request.Cancellation)
            ? null
            : Refusal.Invalid(
                request.Token?.AgentId is null
                    ? $"{AgentHeader} names no agent of yours. Create it with PUT /api/agents/{id}, or leave the header out."
                    : $"Your token is for an agent that was deleted. Create it again with PUT /api/agents/{id}, or make another token."
            );

    private async ValueTask<Refusal?> FindKeyAsync(CallRequest request)
    {
        var provider = request.Provider;
        request.Key = await keys.FindAsync(request.User, provider, request.Cancellation);
        request.Address = addresses.Of(provider, request.Key?.Account ?? KeyAccount.Default);
        return request.Key is not { } key ? Refusal.NoApiKey(provider.Id)
            : !key.IsUsable ? Refusal.KeyInvalid(provider.Id)
            : !await cipher.CanDecryptAsync(key, request.Cancellation) ? Refusal.EncryptionUnavailable
            : null;
    }

    // A body can take minutes to arrive; the token may have been changed or deleted meanwhile.
    private async ValueTask<Refusal?> FindTokenAfterBodyAsync(CallRequest request)
    {
        if (!request.Operation.TakesBody || request.Context.Features.Get<TokenText>() is not { } text)
        {
            return null;
        }
        var (now, token) = (clock.GetUtcNow(), await tokens.FindAsync(text, request.Cancellation));
        request.Token = token;
        return token is null || token.HasExpired(now) || !token.Accepts(text, now) ? Refusal.TokenEnded : null;
    }

    // The same holds for the key: it may have been replaced or deleted meanwhile.
    private ValueTask<Refusal?> FindKeyAfterBodyAsync(CallRequest request) =>
        request.Operation.TakesBody ? FindKeyAsync(request) : ValueTask.FromResult<Refusal?>(null);

    private async ValueTask<Refusal?> BeginAsync(CallRequest request)
    {
        var current = await prices.GetAsync(request.Cancellation);
        request.Begin(clock.GetUtcNow(), current);
        return null;
    }

    // By the names of the price book, so that an alias or a snapshot is the same model.
    private static ValueTask<Refusal?> CheckModelOfToken(CallRequest request)
    {
        if (request.Token is not { Models: { Count: > 0 } allowed } || request.Body is not { } body)
        {
            return ValueTask.FromResult<Refusal?>(null);
        }
        // A fallback is a further model that the call names.
        var isAllowed = body.Model is { } model
            ? !body.Factors.HasFallbacks && allowed.Any(name => NameOf(name) == NameOf(model))
            : !request.Operation.IsMetered;
        return ValueTask.FromResult(isAllowed ? null : Refusal.ModelNotAllowed(allowed));

        string NameOf(string name) => request.Prices.NameOf(request.Provider, name);
    }

    private static string? HeaderOf(CallRequest request, string header) =>
        request.Context.Request.Headers[header] is { Count: > 0 } values ? values.ToString() : null;
}
