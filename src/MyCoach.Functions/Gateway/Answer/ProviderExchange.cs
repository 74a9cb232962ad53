using System.IO.Compression;
using System.Runtime.ExceptionServices;
using MyCoach.Metering;
using MyCoach.Providers;
using Yarp.ReverseProxy.Forwarder;

namespace MyCoach.Gateway;

/// <summary>One call's way to the provider and back: what goes there, and what becomes of the answer.</summary>
internal sealed class ProviderExchange(GatewayCall call, CallSettlement settlement, CallWatch watch, TimeProvider clock)
    : HttpTransformer,
        IDisposable
{
    public const string UsageIdHeader = "X-MyCoach-Usage-Id";

    private const int MostErrorBytes = 64 * 1024;

    // A connection that breaks at once was taken by nobody; one that breaks later may have been worked for, and is not given away.
    private static readonly TimeSpan WorkBegins = TimeSpan.FromSeconds(1);

    private AnswerMeter? meter;
    private MeteredBody? body;
    private Refusal? refusal;
    private bool hasRefused;

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext,
        HttpRequestMessage proxyRequest,
        string destinationPrefix,
        CancellationToken cancellationToken
    )
    {
        var path = httpContext.Request.RouteValues.Aggregate(
            call.Operation.Path,
            (path, value) => path.Replace($"{{{value.Key}}}", Uri.EscapeDataString($"{value.Value}"), StringComparison.Ordinal)
        );
        proxyRequest.RequestUri = new Uri($"{destinationPrefix}v1/{path}{ForwardedHeaders.Query(httpContext.Request)}");
        ForwardedHeaders.Copy(httpContext.Request, proxyRequest, call.Streams);
        if (proxyRequest.Content is { } content)
        {
            content.Headers.ContentLength = call.Sent.Count;
        }
        await settlement.AuthorizeAsync(call, proxyRequest, cancellationToken);
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext,
        HttpResponseMessage? proxyResponse,
        CancellationToken cancellationToken
    )
    {
        call.Trace?.Answer((int?)proxyResponse?.StatusCode);
        switch ((int?)proxyResponse?.StatusCode)
        {
            case null:
                return false;
            case >= 200 and < 300:
                await BeginAnswerAsync(httpContext.Response, proxyResponse!, cancellationToken);
                return true;
            case >= 400:
                hasRefused = true;
                settlement.Release(call);
                await PassErrorAsync(httpContext.Response, proxyResponse!, cancellationToken);
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

    /// <param name="sinceSent">How long ago the whole request had left; null where it had not.</param>
    public async Task EndAsync(HttpContext context, ForwarderError error, TimeSpan? sinceSent)
    {
        if (error == ForwarderError.RequestCreation)
        {
            // Nobody's fault but ours, such as a stored key that does not decrypt: told as what it is.
            settlement.Release(call);
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
                refusal = watch.GivenUp == GivenUp.No ? Refusal.ProviderBrokeOff : Refusal.UseStreaming;
            }
        }
        else if (error != ForwarderError.None && !context.Response.HasStarted)
        {
            var wasAtWork = !hasRefused && sinceSent is { } worked && (watch.GivenUp != GivenUp.No || worked >= WorkBegins);
            refusal = (watch.GivenUp, wasAtWork, call.Streams) switch
            {
                (GivenUp.No, false, _) => Refusal.ProviderUnreachable,
                (GivenUp.No, true, _) => Refusal.ProviderBrokeOff,
                (_, _, true) => Refusal.ProviderTimeout,
                _ => Refusal.UseStreaming,
            };
            if (call.Operation.IsMetered && wasAtWork)
            {
                context.Response.Headers[UsageIdHeader] = call.UsageId;
                await settlement.SettleAsync(call, meter: null);
            }
        }
        if (!call.IsAnswered)
        {
            settlement.Release(call);
        }
        if (refusal is not null && !watch.HasClientLeft)
        {
            await ProviderErrors.WriteAsync(context, call.Operation.Provider, refusal);
        }
    }

    public void Dispose() => body?.Dispose();

    private async Task BeginAnswerAsync(HttpResponse response, HttpResponseMessage answer, CancellationToken cancellation)
    {
        var mediaType = answer.Content.Headers.ContentType?.MediaType;
        var isEventStream = mediaType == "text/event-stream";
        ForwardedHeaders.Copy(answer, response, keepsLength: !isEventStream);
        if (call.Operation.IsMetered)
        {
            response.Headers[UsageIdHeader] = call.UsageId;
            call.IsAnswered = true;
            meter = Meters.For(call.Operation, mediaType, string.Join(',', answer.Content.Headers.ContentEncoding), call.Body?.Alternatives ?? 1);
        }
        body = new MeteredBody(
            response.BodyWriter,
            meter,
            isEventStream,
            answer.Content.Headers.ContentLength,
            takesComments: isEventStream && answer.Content.Headers.ContentEncoding.Count == 0,
            call.Body?.HidesUsage ?? false,
            watch,
            clock,
            () => call.Operation.IsMetered ? settlement.SettleAsync(call, meter) : Task.CompletedTask
        );
        watch.Answer(body);
        if (isEventStream)
        {
            // The caller learns at once that it has begun.
            await response.BodyWriter.FlushAsync(cancellation);
        }
        response.Body = body;
    }

    private async Task PassErrorAsync(HttpResponse response, HttpResponseMessage answer, CancellationToken cancellation)
    {
        var bytes = new byte[MostErrorBytes];
        await using var source = await answer.Content.ReadAsStreamAsync(cancellation);
        var length = await source.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        var status = (int)answer.StatusCode;
        var error = ErrorAnswer.Parse(await PlainAsync(answer, bytes.AsMemory(0, length)));
        if (error?.Tells(call.Operation.Provider, status) is { } standing)
        {
            await settlement.NoteAsync(call, standing);
        }
        if (status == StatusCodes.Status401Unauthorized)
        {
            // Its text repeats a part of the key.
            refusal = Refusal.KeyRejected(call.Operation.Provider.Id);
            return;
        }
        ForwardedHeaders.Copy(answer, response, keepsLength: true);
        await response.Body.WriteAsync(bytes.AsMemory(0, length), cancellation);
        await source.CopyToAsync(response.Body, cancellation);
    }

    private static async Task<ReadOnlyMemory<byte>> PlainAsync(HttpResponseMessage answer, ReadOnlyMemory<byte> bytes)
    {
        if (!answer.Content.Headers.ContentEncoding.Contains("gzip"))
        {
            return bytes;
        }
        var plain = new byte[MostErrorBytes];
        try
        {
            await using var unzipped = new GZipStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress);
            return plain.AsMemory(0, await unzipped.ReadAtLeastAsync(plain, plain.Length, throwOnEndOfStream: false));
        }
        catch (InvalidDataException)
        {
            return default;
        }
    }
}
