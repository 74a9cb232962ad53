using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Dev.Emulator;

/// <summary>
/// Handles a call. Writes the response and returns null, or writes nothing and returns the error to send.
/// </summary>
internal delegate Task<Refusal?> ProviderHandler(HttpContext http, KeyVerdict key);

/// <summary>
/// An error, independent of the provider's format. Type, code and parameter have the provider's own values.
/// </summary>
internal sealed record Refusal(int Status, string Type, string Message, string? Code = null, string? Param = null);

/// <summary>Checks the key and required headers. Returns the error if the caller may not make this call.</summary>
internal delegate Refusal? Admission(HttpRequest request, KeyVerdict key);

/// <summary>What differs between the providers at every endpoint: keys, request ids and error formats.</summary>
internal interface IProviderDialect
{
    string RequestIdHeader { get; }

    KeyVerdict Judge(HttpRequest request);

    /// <summary>
    /// Checks the key and required headers. Returns the error if the caller may not use the API at all.
    /// </summary>
    Refusal? Admit(HttpRequest request, KeyVerdict key);

    /// <summary>The same for what only those may call who may read the organisation's bill.</summary>
    Refusal? AdmitAdmin(HttpRequest request, KeyVerdict key);

    /// <summary>Names the organisation in the headers.</summary>
    void Sign(HttpResponse response, BilledKey key);

    Refusal PlannedFailure(int status);

    bool HasModel(string model);

    Refusal NoSuchModel(string model);

    JsonObject ErrorBody(Refusal refusal, string requestId);
}

/// <summary>
/// Middleware for all provider calls: records the call, applies the planned delay and fault, and checks the key.
/// </summary>
internal sealed class ProviderDoor(
    IProviderDialect dialect,
    CallLog calls,
    EmulatorKnobs knobs,
    BillingBook billing,
    TimeProvider clock
)
{
    public RequestDelegate Open(ProviderHandler handler) => http => PassAsync(http, handler, dialect.Admit);

    /// <summary>For the keys that may read an organisation's bill.</summary>
    public RequestDelegate OpenToAdmins(ProviderHandler handler) =>
        http => PassAsync(http, handler, dialect.AdmitAdmin);

    private async Task PassAsync(HttpContext http, ProviderHandler handler, Admission admit)
    {
        var call = await RecordAsync(http);
        var answered = false;
        try
        {
            var fault = knobs.TakeFault();
            await Task.Delay(knobs.Delay, clock, http.RequestAborted);
            await AnswerAsync(http, handler, admit, fault);
            answered = true;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client disconnected.
        }
        finally
        {
            // No effect if the call has already ended, by a reset connection.
            call.End(answered);
        }
    }

    private async Task<EmulatedCall> RecordAsync(HttpContext http)
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

    private async Task AnswerAsync(HttpContext http, ProviderHandler handler, Admission admit, PlannedFault fault)
    {
        if (fault.Drop)
        {
            BrokenConnection.ResetAtOnce(http);
            return;
        }
        var requestId = WireId.New("req_");
        http.Response.Headers[dialect.RequestIdHeader] = requestId;
        // The CDN of both providers sets this cookie. A client that keeps cookies would send one user's cookie with
        // another user's call.
        http.Response.Headers.SetCookie = $"__cf_bm={requestId}; path=/; HttpOnly";
        if (fault.RedirectTo is { } target)
        {
            http.Response.Redirect(target.OriginalString);
            return;
        }

        var key = dialect.Judge(http.Request);
        var refusal = fault.Status is { } status ? PlannedFailure(http, status) : admit(http.Request, key);
        if (refusal is null && knobs.TakeAnswer() is { } planned)
        {
            await planned.WriteAsync(http);
            return;
        }
        if (refusal is null)
            dialect.Sign(http.Response, billing.AddKey(key.Key));
        await using var gzip = knobs.Gzip ? GzipBody.Over(http) : null;
        refusal ??= await UnlistedModelAsync(http) ?? await handler(http, key);
        if (refusal is not null)
            await WireJson.WriteAsync(http, refusal.Status, dialect.ErrorBody(refusal, requestId));
    }

    private async Task<Refusal?> UnlistedModelAsync(HttpContext http)
    {
        if (knobs.UnlistedModels)
            return null;
        var body = await RequestBody.TryReadAsync(http.Request);
        http.Request.Body.Position = 0;
        return body?.Text("model") is { } model && !dialect.HasModel(model) ? dialect.NoSuchModel(model) : null;
    }

    private Refusal PlannedFailure(HttpContext http, int status)
    {
        // No Retry-After for an exhausted quota, because waiting does not help.
        if (status is StatusCodes.Status429TooManyRequests)
            http.Response.Headers.RetryAfter = "1";
        return dialect.PlannedFailure(status);
    }
}
