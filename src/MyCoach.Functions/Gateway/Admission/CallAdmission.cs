using Microsoft.AspNetCore.Http.Features;
using MyCoach.Http;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Gateway;

/// <summary>Decides whether a call may go to its provider, and what is sent there.</summary>
internal sealed class CallAdmission(
    ActiveKeys keys,
    KeyKeeper keeper,
    ModelChoice models,
    BudgetAdmission budgets,
    BodyIntake intake,
    TimeProvider clock
) : IDisposable
{
    public const int MostBodyBytes = 32 * 1024 * 1024;
    public const string ConversationHeader = "X-MyCoach-Conversation";
    public const string AgentHeader = "X-MyCoach-Agent";

    private readonly SemaphoreSlim largeBodies = new(1);

    public async Task<(GatewayCall? Call, Refusal? Refusal)> AdmitAsync(UserId user, Operation operation, HttpContext context)
    {
        var cancellation = context.RequestAborted;
        var provider = operation.Provider;
        if (context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true)
        {
            return (null, Refusal.NotSupported("upgraded connections"));
        }
        if (!TryReadId(context, ConversationHeader, out var conversation) || !TryReadId(context, AgentHeader, out var agent))
        {
            return (null, Refusal.Invalid($"{ConversationHeader} and {AgentHeader} {FieldErrors.InvalidIdMessage}."));
        }
        var (key, refusal) = await FindKeyAsync(user, provider, cancellation);
        if (refusal is not null)
        {
            return (null, refusal);
        }
        var (body, budget) = ((CallBody?)null, (UserSettings?)null);
        if (operation.TakesBody)
        {
            (var bytes, refusal) = await intake.ReceiveAsync(user, context, cancellation);
            if (refusal is null)
            {
                // Bodies can take their time, and what is found out only now holds for the call.
                (key, refusal) = await FindKeyAsync(user, provider, cancellation);
            }
            if (refusal is null)
            {
                budget = await budgets.FindBudgetAsync(user, operation, cancellation);
                (body, refusal) = await ReadAsync(user, operation, agent, bytes, demands: budget is not null, context, cancellation);
            }
        }
        else if (HasBody(context))
        {
            refusal = Refusal.Invalid("This call takes no body.");
        }
        if (refusal is not null)
        {
            return (null, refusal);
        }
        var call = new GatewayCall(user, operation, key!, body, conversation, agent, clock.GetUtcNow())
        {
            Streams = body?.Streams ?? context.Request.Query["stream"] == "true",
        };
        if (budget is not null && await budgets.AdmitAsync(call, budget) is { } exceeded)
        {
            return (null, exceeded);
        }
        return (call, null);
    }

    private async Task<(ProviderKey? Key, Refusal? Refusal)> FindKeyAsync(UserId user, Provider provider, CancellationToken cancellation) =>
        await keys.FindAsync(user, provider, cancellation) is not { } key ? (null, Refusal.NoApiKey(provider.Id))
        : !key.IsUsable ? (null, Refusal.KeyInvalid(provider.Id))
        : !await keeper.CanDecryptAsync(key, cancellation) ? (null, Refusal.EncryptionUnavailable)
        : (key, null);

    private async Task<(CallBody? Body, Refusal? Refusal)> ReadAsync(
        UserId user,
        Operation operation,
        string? agent,
        ArraySegment<byte> bytes,
        bool demands,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var betas = demands ? context.Request.Headers["anthropic-beta"].ToString() : null;
        if (await ReadAsync(bytes.Count, () => CallBody.TryRead(bytes, operation, demands, betas), cancellation) is not { } body)
        {
            return (null, Refusal.NotJson);
        }
        if (body.IsInBackground)
        {
            return (null, Refusal.Background);
        }
        if (body.Model == CallBody.DefaultModel)
        {
            var (model, complaint) = await models.FindAsync(user, agent, operation.Provider, cancellation);
            if (model is null)
            {
                return (null, Refusal.Invalid(complaint!));
            }
            body.Replace(model);
        }
        return (body, null);
    }

    // While it is read, a large body can take ten times its size: one after the other, so that a few callers cannot fill the memory.
    private async Task<CallBody?> ReadAsync(int bytes, Func<CallBody?> read, CancellationToken cancellation)
    {
        if (bytes <= BodyMemory.Usual)
        {
            return read();
        }
        await largeBodies.WaitAsync(cancellation);
        try
        {
            return read();
        }
        finally
        {
            largeBodies.Release();
        }
    }

    private static bool HasBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;

    public void Dispose() => largeBodies.Dispose();

    private static bool TryReadId(HttpContext context, string header, out string? id)
    {
        var values = context.Request.Headers[header];
        id = values.Count == 0 ? null : values.ToString();
        return id is null || Ids.IsId(id);
    }
}
