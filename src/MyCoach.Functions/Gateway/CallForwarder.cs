using System.Globalization;
using System.Runtime.ExceptionServices;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Users;
using Yarp.ReverseProxy.Forwarder;

namespace MyCoach.Gateway;

/// <summary>Forwards admitted calls to their providers with the caller's stored key.</summary>
internal sealed class CallForwarder(
    IHttpForwarder forwarder,
    ProviderConnections connections,
    CallAdmission admission,
    CallEndingFactory endings,
    ProviderKeyCipher cipher,
    IHostApplicationLifetime lifetime,
    TimeProvider clock
)
{
    // AbortPolicy decides when a call takes too long.
    private static readonly ForwarderRequestConfig Config = new()
    {
        ActivityTimeout = AbortPolicy.CallLimit + TimeSpan.FromMinutes(1),
    };

    public async Task ForwardAsync(UserId user, Operation operation, HttpContext context)
    {
        var (call, refusal) = await admission.AdmitAsync(new CallRequest(user, operation, context));
        await (
            call is null
                ? ProviderErrors.WriteAsync(context, operation.Provider, refusal!)
                : ForwardAsync(call, context)
        );
    }

    private async Task ForwardAsync(GatewayCall call, HttpContext context)
    {
        using var ending = endings.Of(call, call.Address, context.Request);
        ShowLimit(BudgetAdmission.OutputLimitHeader, call.Reservation?.Reservation.OutputLimit, context.Response);
        ShowLimit(BudgetAdmission.ToolLimitHeader, call.Reservation?.Reservation.ToolLimit, context.Response);
        var (clientLeft, clientBody) = (context.RequestAborted, context.Response.Body);
        using var abort = new AbortPolicy(
            clock,
            call.Streams,
            call.IsDrained,
            clientLeft,
            lifetime.ApplicationStopping
        );
        using var sent = new SentBody(call.Body, clock);
        using var exchange = new ProviderExchange(call, ending, cipher, abort, clock);
        // From here on only AbortPolicy ends the exchange, not the caller's disconnect.
        context.RequestAborted = abort.Token;
        ForwarderError error;
        ExceptionDispatchInfo? fault = null;
        try
        {
            context.Request.Body = sent;
            error = await forwarder.SendAsync(context, call.Address.ToString(), connections.Client, Config, exchange);
        }
        catch (Exception thrown)
        {
            // The forwarder throws if it has to reset a response that has already started.
            (error, fault) = (ForwarderError.ResponseBodyDestination, ExceptionDispatchInfo.Capture(thrown));
        }
        finally
        {
            (context.RequestAborted, context.Response.Body) = (clientLeft, clientBody);
        }
        ending.Trace?.End(error, abort);
        await exchange.EndAsync(context, error, sent.SinceLeft);
        fault?.Throw();
    }

    private static void ShowLimit(string header, long? limit, HttpResponse response)
    {
        if (limit is { } set)
        {
            response.OnStarting(() =>
            {
                response.Headers[header] = set.ToString(CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            });
        }
    }
}
