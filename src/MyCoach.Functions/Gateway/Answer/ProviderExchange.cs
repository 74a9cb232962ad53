using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http.Features;
using MyCoach.Metering;
using MyCoach.ProviderKeys;
using Yarp.ReverseProxy.Forwarder;

namespace MyCoach.Gateway;

/// <summary>
/// One call's exchange with its provider: builds the request, passes on the answer, and says how the call ended.
/// </summary>
internal sealed class ProviderExchange(
    GatewayCall call,
    CallEnding ending,
    ProviderKeyCipher cipher,
    AbortPolicy abort,
    TimeProvider clock
) : HttpTransformer, IDisposable
{
    public const string UsageIdHeader = "X-MyCoach-Usage-Id";

    // If the connection breaks at once, no work was done. If it breaks later, the provider may charge for its work.
    private static readonly TimeSpan WorkBegins = TimeSpan.FromSeconds(1);

    private AnswerMeter? meter;
    private MeteredBody? body;
    private ClientOutput? output;
    private KeyMask? mask;
    private Refusal? refusal;
    private bool hasAnswered;
    private bool hasRefused;

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext,
        HttpRequestMessage proxyRequest,
        string destinationPrefix,
        CancellationToken cancellationToken
    )
    {
        ProviderRequest.Fill(proxyRequest, call, httpContext.Request, destinationPrefix);
        // The only place where a key leaves storage in plaintext.
        var apiKey = await cipher.DecryptAsync(call.User, call.Key, cancellationToken);
        call.Operation.Provider.Authorize(proxyRequest, apiKey, call.Key.Account);
        mask = new KeyMask(apiKey);
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext,
        HttpResponseMessage? proxyResponse,
        CancellationToken cancellationToken
    )
    {
        ending.Trace?.Answer((int?)proxyResponse?.StatusCode);
        // The forwarder has copied it: a text of the provider that HTTP/2 does not have.
        httpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
        switch ((int?)proxyResponse?.StatusCode)
        {
            case null:
                return false;
            case >= 200 and < 300:
                await BeginAnswerAsync(httpContext.Response, proxyResponse!, cancellationToken);
                return true;
            case >= 400:
                hasRefused = true;
                // Before the error is read, so that a slow error body does not hold the budget.
                await ending.EndAsync(new CallOutcome.Refused());
                refusal = await RefusedAnswer.PassAsync(
                    call,
                    ending,
                    mask!,
                    httpContext.Response,
                    proxyResponse!,
                    cancellationToken
                );
                return false;
            default:
                // A redirect would take the key, or the caller, elsewhere.
                refusal = Refusal.ProviderUnreachable;
                return false;
        }
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext,
        HttpResponseMessage proxyResponse,
        CancellationToken cancellationToken
    ) => ValueTask.CompletedTask;

    /// <param name="sinceSent">The time since the whole request was sent; null if it was not.</param>
    public async Task EndAsync(HttpContext context, ForwarderError error, TimeSpan? sinceSent)
    {
        if (error == ForwarderError.RequestCreation)
        {
            // Our own failure, e.g. a stored key that does not decrypt: rethrow, so it is reported as such.
            await ending.EndAsync(new CallOutcome.NotWorkedOn());
            ExceptionDispatchInfo.Throw(context.Features.Get<IForwarderErrorFeature>()!.Exception!);
        }
        if (body is not null)
        {
            await body.EndAsync(isWhole: error == ForwarderError.None);
            if (error != ForwarderError.None && !context.Response.HasStarted)
            {
                // The forwarder has cleared the headers.
                if (call.Operation.IsMetered)
                {
                    context.Response.Headers[UsageIdHeader] = call.UsageId;
                }
                refusal = abort.Reason == AbortReason.None ? Refusal.ProviderBrokeOff : Refusal.UseStreaming;
            }
        }
        else if (error != ForwarderError.None && !context.Response.HasStarted)
        {
            var wasAtWork =
                !hasRefused && sinceSent is { } worked && (abort.Reason != AbortReason.None || worked >= WorkBegins);
            refusal = (abort.Reason, wasAtWork, call.Streams) switch
            {
                (AbortReason.None, false, _) => Refusal.ProviderUnreachable,
                (AbortReason.None, true, _) => Refusal.ProviderBrokeOff,
                (_, _, true) => Refusal.ProviderTimeout,
                _ => Refusal.UseStreaming,
            };
            if (call.Operation.IsMetered && wasAtWork)
            {
                context.Response.Headers[UsageIdHeader] = call.UsageId;
                await ending.EndAsync(new CallOutcome.Unmetered());
            }
        }
        if (!hasAnswered)
        {
            await ending.EndAsync(new CallOutcome.NotWorkedOn());
        }
        if (refusal is not null && !abort.HasClientLeft)
        {
            await ProviderErrors.WriteAsync(context, call.Operation.Provider, refusal);
        }
    }

    public void Dispose()
    {
        body?.Dispose();
        output?.Dispose();
        (meter as IDisposable)?.Dispose();
        mask?.Dispose();
    }

    private Task EndAsync()
    {
        meter?.Usage.ChangeTexts(mask!.Mask);
        return ending.EndAsync(meter is null ? new CallOutcome.Unmetered() : new CallOutcome.Answered(meter));
    }

    private async Task BeginAnswerAsync(
        HttpResponse response,
        HttpResponseMessage answer,
        CancellationToken cancellation
    )
    {
        hasAnswered = true;
        var mediaType = answer.Content.Headers.ContentType?.MediaType;
        var isEventStream = mediaType == "text/event-stream";
        var encoding = ForwardedHeaders.EncodingOf(answer);
        ForwardedHeaders.Copy(answer, response, mask!, keepsLength: !isEventStream);
        if (call.Operation.IsMetered)
        {
            response.Headers[UsageIdHeader] = call.UsageId;
            meter = Meters.For(
                call.Operation,
                mediaType,
                string.Join(',', answer.Content.Headers.ContentEncoding),
                call.Body?.Alternatives ?? 1
            );
        }
        output = ClientOutput.For(response, mask!, encoding, passesAtOnce: isEventStream, meter);
        body = new MeteredBody(
            output,
            meter,
            isEventStream,
            answer.Content.Headers.ContentLength,
            takesComments: isEventStream && answer.Content.Headers.ContentEncoding.Count == 0,
            call.Body?.HidesUsage ?? false,
            abort,
            clock,
            EndAsync
        );
        abort.BeginAnswer(body.KeepAliveAsync, isMetered: meter is not null);
        if (isEventStream)
        {
            // So that the caller sees at once that the stream has begun.
            await response.BodyWriter.FlushAsync(cancellation);
        }
        response.Body = body;
    }
}
