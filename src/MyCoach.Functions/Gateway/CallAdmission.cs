using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using MyCoach.Auth;
using MyCoach.Hosting;
using MyCoach.ProviderKeys;

namespace MyCoach.Gateway;

/// <summary>Decides whether a call may go to its provider, and what is sent there.</summary>
internal sealed class CallAdmission(
    ActiveKeys keys,
    KeyKeeper keeper,
    ModelChoice models,
    BudgetAdmission budgets,
    BodyMemory memory,
    TimeProvider clock
) : IDisposable
{
    public const int MostBodyBytes = 32 * 1024 * 1024;
    public const string ConversationHeader = "X-MyCoach-Conversation";
    public const string AgentHeader = "X-MyCoach-Agent";

    // The Functions host counts from the arrival of a call, and at its limit ends everybody's.
    private static readonly TimeSpan UploadLimit = TimeSpan.FromMinutes(2);

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
        if (await keys.FindAsync(user, provider, cancellation) is not { } key)
        {
            return (null, Refusal.NoApiKey(provider.Id));
        }
        if (!key.IsUsable)
        {
            return (null, Refusal.KeyInvalid(provider.Id));
        }
        if (!await keeper.CanDecryptAsync(key, cancellation))
        {
            return (null, Refusal.EncryptionUnavailable);
        }
        var budget = await budgets.FindBudgetAsync(user, operation, cancellation);
        var (body, refusal) = operation.TakesBody
            ? await ReadAsync(user, operation, agent, demands: budget is not null, context, cancellation)
            : (null, HasBody(context) ? Refusal.Invalid("This call takes no body.") : null);
        if (refusal is not null)
        {
            return (null, refusal);
        }
        var call = new GatewayCall(user, operation, key, body, conversation, agent, clock.GetUtcNow())
        {
            Streams = body?.Streams ?? context.Request.Query["stream"] == "true",
        };
        if (budget is not null && await budgets.AdmitAsync(call, budget) is { } exceeded)
        {
            return (null, exceeded);
        }
        return (call, null);
    }

    private async Task<(CallBody? Body, Refusal? Refusal)> ReadAsync(
        UserId user,
        Operation operation,
        string? agent,
        bool demands,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!context.Request.HasJsonContentType() || context.Request.Headers.ContentEncoding.Any(encoding => encoding is not ("identity" or "")))
        {
            return (null, Refusal.UnsupportedMediaType);
        }
        // The server's own limit, a least rate, would answer for us within seconds.
        context.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = null;
        var request = context.Request;
        using var bytes = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, BodyMemory.Usual));
        using var limit = new CancellationTokenSource(UploadLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            if (!await TryReadAsync(user, context, bytes, either.Token))
            {
                context.Response.Headers.RetryAfter = "5";
                return (null, Refusal.TooManyBytes);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return (null, Refusal.SlowUpload);
        }
        var betas = demands ? request.Headers["anthropic-beta"].ToString() : null;
        var whole = new ArraySegment<byte>(bytes.GetBuffer(), 0, (int)bytes.Length);
        if (await ReadAsync(whole.Count, () => CallBody.TryRead(whole, operation, demands, betas), cancellation) is not { } body)
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

    // What it takes of the memory it keeps for as long as the call goes on.
    private async Task<bool> TryReadAsync(UserId user, HttpContext context, MemoryStream bytes, CancellationToken cancellation)
    {
        var (body, share) = (context.Request.BodyReader, memory.ShareOf(user));
        context.Response.RegisterForDispose(share);
        for (var isWhole = false; !isWhole; )
        {
            var read = await body.ReadAsync(cancellation);
            if (!share.TryGrow(bytes.Length + read.Buffer.Length))
            {
                body.AdvanceTo(read.Buffer.Start);
                return false;
            }
            foreach (var part in read.Buffer)
            {
                bytes.Write(part.Span);
            }
            body.AdvanceTo(read.Buffer.End);
            isWhole = read.IsCompleted;
        }
        return true;
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
