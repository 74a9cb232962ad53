using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace MyCoach.Dev.FunctionsHost;

/// <summary>Forwards requests to a worker, each with an invocation of the matching function.</summary>
internal sealed class RequestForwarding(TimeSpan connectPatience, Action<string> write) : IDisposable
{
    private static readonly HttpRequestOptionsKey<HostedWorker> Target = new("worker");
    private static readonly ForwarderRequestConfig Forwarding = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    private readonly HttpMessageInvoker client = new(
        new RetriedConnection(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                UseCookies = false,
                ActivityHeadersPropagator = DistributedContextPropagator.Current,
            },
            connectPatience
        )
    );

    // Running invocations: id to function name.
    private readonly ConcurrentDictionary<string, string> invocations = new();

    /// <summary>Answers 404 if no function matches and 500 if the worker cannot be reached.</summary>
    public async Task ForwardAsync(HttpContext context, HostedWorker worker)
    {
        if (
            HostedFunction.FirstMatch(worker.Functions, context.Request.Path, context.Request.Method)
            is not { } function
        )
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var id = Guid.NewGuid().ToString();
        var invocation = worker.InvokeAsync(function, id, input: null, Activity.Current);
        invocations.TryAdd(id, function.Name);
        using var cancelling = context.RequestAborted.Register(() => worker.Cancel(id));
        var forwarder = context.RequestServices.GetRequiredService<IHttpForwarder>();
        var error = await forwarder.SendAsync(context, worker.Address, client, Forwarding, new Proxying(worker, id));
        if (error != ForwarderError.None)
        {
            worker.Cancel(id);
            context.Response.StatusCode = context.Response.HasStarted
                ? context.Response.StatusCode
                : StatusCodes.Status500InternalServerError;
        }
        try
        {
            var result = await invocation;
            if (result.Status != 1)
            {
                write($"Functions.{function.Name} failed: {result.Exception?.Message}");
            }
        }
        catch (CannotStartException ended)
        {
            write($"Functions.{function.Name} failed: {ended.Message}");
        }
        finally
        {
            invocations.TryRemove(id, out _);
        }
    }

    public void CancelAll(HostedWorker worker)
    {
        foreach (var id in invocations.Keys)
        {
            worker.Cancel(id);
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>Sets the headers that the host overwrites on forwarded requests.</summary>
    private sealed class Proxying(HostedWorker worker, string invocationId) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(
            HttpContext context,
            HttpRequestMessage request,
            string destination,
            CancellationToken cancellation
        )
        {
            await base.TransformRequestAsync(context, request, destination, cancellation);
            request.Options.Set(Target, worker);
            request.Headers.Host = null;
            Set("x-ms-invocation-id", invocationId);
            Set("X-Forwarded-For", context.Connection.RemoteIpAddress!.ToString());
            Set("X-Forwarded-Host", context.Request.Host.Value!);
            Set("X-Forwarded-Proto", context.Request.Scheme);

            void Set(string name, string value)
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    /// <summary>
    /// Retries the connection while the worker runs: it announces its address before it listens there. The real host
    /// gives up after two seconds, too short for a worker on a busy machine.
    /// </summary>
    private sealed class RetriedConnection(HttpMessageHandler handler, TimeSpan patience) : DelegatingHandler(handler)
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            request.Options.TryGetValue(Target, out var worker);
            for (var started = Stopwatch.GetTimestamp(); ; )
            {
                try
                {
                    return await base.SendAsync(request, cancellationToken);
                }
                catch (HttpRequestException fault)
                    when (fault.HttpRequestError == HttpRequestError.ConnectionError
                        && worker is { HasExited: false }
                        && Stopwatch.GetElapsedTime(started) < patience
                    )
                {
                    await Task.Delay(Pause, cancellationToken);
                }
            }
        }
    }
}
