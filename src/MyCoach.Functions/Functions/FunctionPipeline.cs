using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using MyCoach.Hosting;
using MyCoach.Http;

namespace MyCoach.Functions;

/// <summary>The program's whole ASP.NET Core pipeline as one delegate, which every HTTP function calls.</summary>
internal sealed partial class FunctionPipeline(RequestDelegate run, ILogger<FunctionPipeline> logger)
{
    /// <summary>Builds the pipeline from these services.</summary>
    public static FunctionPipeline Of(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseMyCoach(services.GetRequiredService<HostEnvironment>());
        return new FunctionPipeline(app.Build(), services.GetRequiredService<ILogger<FunctionPipeline>>());
    }

    /// <param name="cancelled">The invocation's token; cancellation counts as a client disconnect.</param>
    public async Task RunAsync(HttpContext context, CancellationToken cancelled)
    {
        // Routing has matched the function; clear that, so that the program's own endpoints are matched.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        // The function runs in the async context of the gRPC message; spans belong to the HTTP request.
        Activity.Current = context.Features.Get<IHttpActivityFeature>()?.Activity ?? Activity.Current;
        using var aborting = cancelled.UnsafeRegister(static context => ((HttpContext)context!).Abort(), context);
        try
        {
            await run(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client disconnected.
        }
        catch (Exception fault) when (context.Response.HasStarted)
        {
            // Abort, as Kestrel does, so that the client does not take a partial answer for a complete one.
            Log.Aborted(logger, fault);
            context.Abort();
        }
        catch (Exception fault)
        {
            // The worker would answer with an empty 200.
            Log.Failed(logger, fault);
            context.Response.Clear();
            await Problems.WriteAsync(context, Problems.For(StatusCodes.Status500InternalServerError));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A request failed after its response had started; the connection was aborted")]
        public static partial void Aborted(ILogger logger, Exception fault);

        [LoggerMessage(LogLevel.Error, "A request failed outside the error handler")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
