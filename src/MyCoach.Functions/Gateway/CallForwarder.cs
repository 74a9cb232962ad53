using System.Globalization;
using System.Runtime.ExceptionServices;
using MyCoach.Providers;
using MyCoach.Users;
using Yarp.ReverseProxy.Forwarder;

namespace MyCoach.Gateway;

/// <summary>Forwards a call to its provider with the caller's stored key, and settles what it used.</summary>
internal sealed class CallForwarder(
    IHttpForwarder forwarder,
    ProviderConnections connections,
    ProviderAddresses addresses,
    CallAdmission admission,
    CallSettlement settlement,
    GatewayTelemetry telemetry,
    IHostApplicationLifetime lifetime,
    TimeProvider clock
)
{
    // The watch knows better than one limit for all what is too long.
    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = CallWatch.CallLimit + TimeSpan.FromMinutes(1) };

    public async Task ForwardAsync(UserId user, Operation operation, HttpContext context)
    {
        var (call, refusal) = await admission.AdmitAsync(user, operation, context);
        if (call is null)
        {
            await ProviderErrors.WriteAsync(context, operation.Provider, refusal!);
            return;
        }
        try
        {
            if (call.Held?.Reservation.OutputLimit is { } limit)
            {
                call.Body!.LimitOutput(limit);
            }
            call.Sent = call.Body?.Write() ?? default;
            await ForwardAsync(call, context);
        }
        finally
        {
            // Whatever went wrong: what is not settled by now is no longer renewed, and is charged when its time has come.
            CallSettlement.LetGo(call);
        }
    }

    private async Task ForwardAsync(GatewayCall call, HttpContext context)
    {
        if (call.Held?.Reservation.OutputLimit is { } limit)
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers[BudgetAdmission.OutputLimitHeader] = limit.ToString(CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            });
        }
        var operation = call.Operation;
        var (clientLeft, clientBody) = (context.RequestAborted, context.Response.Body);
        using var watch = new CallWatch(clock, call.Streams, call.IsReadOn, clientLeft, lifetime.ApplicationStopping);
        using var sent = new SentBody(call.Sent, clock);
        using var trace = call.Trace = telemetry.Begin(call, addresses.Of(operation.Provider, ""), context.Request);
        using var exchange = new ProviderExchange(call, settlement, watch, clock);
        // From here on the call ends by the watch's rules, and not because its caller left.
        context.RequestAborted = watch.Token;
        ForwarderError error;
        ExceptionDispatchInfo? fault = null;
        try
        {
            context.Request.Body = sent;
            error = await forwarder.SendAsync(context, addresses.Of(operation.Provider, "").ToString(), connections.Client, Config, exchange);
        }
        catch (Exception thrown)
        {
            // It throws where it finds that an answer which it has to take back has begun to go out.
            (error, fault) = (ForwarderError.ResponseBodyDestination, ExceptionDispatchInfo.Capture(thrown));
        }
        finally
        {
            (context.RequestAborted, context.Response.Body) = (clientLeft, clientBody);
        }
        trace?.End(error, watch);
        await exchange.EndAsync(context, error, sent.SinceLeft);
        fault?.Throw();
    }
}
