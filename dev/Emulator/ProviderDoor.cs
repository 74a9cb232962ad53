using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>Answers the call and returns null, or writes nothing and returns what the door is to answer.</summary>
internal delegate Task<Refusal?> ProviderHandler(HttpContext http, KeyVerdict key);

/// <summary>An error before it has a provider's shape. Type, code and parameter are the provider's own words.</summary>
internal sealed record Refusal(int Status, string Type, string Message, string? Code = null, string? Param = null);

/// <summary>What differs between the providers before and around every endpoint.</summary>
internal interface IProviderDialect
{
    string RequestIdHeader { get; }

    KeyVerdict Judge(HttpRequest request);

    /// <summary>The refusal of a caller who may not use anything, whatever the path.</summary>
    Refusal? Admit(HttpRequest request, KeyVerdict key);

    Refusal PlannedFailure(int status);

    JsonObject ErrorBody(Refusal refusal, string requestId);
}

/// <summary>What every provider call goes through first: it is noted, kept waiting, made to fail, and its key looked at.</summary>
internal sealed class ProviderDoor(IProviderDialect dialect, CallLog calls, EmulatorKnobs knobs, TimeProvider clock)
{
    public RequestDelegate Open(ProviderHandler handler) => http => PassAsync(http, handler);

    private async Task PassAsync(HttpContext http, ProviderHandler handler)
    {
        var call = await NoteAsync(http);
        var answered = false;
        try
        {
            var fault = knobs.TakeFault();
            await Task.Delay(knobs.Delay, clock, http.RequestAborted);
            await AnswerAsync(http, handler, fault);
            answered = true;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has left; there is nobody to tell.
        }
        finally
        {
            // A call that was broken off has ended already, and stays so.
            call.End(answered);
        }
    }

    private async Task<EmulatedCall> NoteAsync(HttpContext http)
    {
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var call = new EmulatedCall(http.Request, body.ToArray(), clock.GetUtcNow());
        calls.Add(call);
        http.Features.Set(call);
        body.Position = 0;
        http.Request.Body = body;
        return call;
    }

    private async Task AnswerAsync(HttpContext http, ProviderHandler handler, PlannedFault fault)
    {
        if (fault.Drop)
        {
            BrokenConnection.ResetAtOnce(http);
            return;
        }
        var requestId = WireId.New("req_");
        http.Response.Headers[dialect.RequestIdHeader] = requestId;
        // Both providers sit behind a front that sets this: a client that keeps cookies would carry one user's into another user's call.
        http.Response.Headers.SetCookie = $"__cf_bm={requestId}; path=/; HttpOnly";
        if (fault.RedirectTo is { } target)
        {
            http.Response.Redirect(target.OriginalString);
            return;
        }

        var key = dialect.Judge(http.Request);
        var refusal = fault.Status is { } status ? PlannedFailure(http, status) : dialect.Admit(http.Request, key);
        if (refusal is null && knobs.TakeAnswer() is { } planned)
        {
            await planned.WriteAsync(http);
            return;
        }
        await using var gzip = knobs.Gzip ? GzipBody.Over(http) : null;
        refusal ??= await handler(http, key);
        if (refusal is not null)
            await WireJson.WriteAsync(http, refusal.Status, dialect.ErrorBody(refusal, requestId));
    }

    private Refusal PlannedFailure(HttpContext http, int status)
    {
        // Not on an exhausted quota, which no waiting mends.
        if (status is StatusCodes.Status429TooManyRequests)
            http.Response.Headers.RetryAfter = "1";
        return dialect.PlannedFailure(status);
    }
}
