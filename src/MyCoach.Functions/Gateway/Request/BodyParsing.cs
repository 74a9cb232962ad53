using Microsoft.AspNetCore.Http.Features;

namespace MyCoach.Gateway;

/// <summary>Parses the body of a call. A large body takes several times its size while it is parsed, so large ones are parsed one at a time.</summary>
internal sealed class BodyParsing : IDisposable
{
    private readonly SemaphoreSlim largeBodies = new(1);

    public async ValueTask<Refusal?> ParseAsync(CallRequest request)
    {
        if (!request.Operation.TakesBody)
        {
            return request.Context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
                ? Refusal.Invalid("This call takes no body.")
                : null;
        }
        request.Body = request.Received.Count <= BodyMemory.Usual ? Parse(request) : await ParseLargeAsync(request);
        return request.Body switch
        {
            null => Refusal.NotJson,
            { IsInBackground: true } => Refusal.Background,
            _ => null,
        };
    }

    public void Dispose() => largeBodies.Dispose();

    private async Task<CallBody?> ParseLargeAsync(CallRequest request)
    {
        await largeBodies.WaitAsync(request.Cancellation);
        try
        {
            return Parse(request);
        }
        finally
        {
            largeBodies.Release();
        }
    }

    private static CallBody? Parse(CallRequest request)
    {
        var hasBudget = request.Budget is not null;
        var betas = hasBudget ? request.Context.Request.Headers["anthropic-beta"].ToString() : null;
        return CallBody.TryRead(request.Received, request.Operation, hasBudget, betas);
    }
}
