using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using MyCoach.Hosting;

namespace MyCoach.Functions;

/// <summary>The program's whole ASP.NET Core pipeline as one delegate, which every HTTP function calls.</summary>
internal sealed partial class FunctionPipeline(RequestDelegate run, ILogger<FunctionPipeline> logger)
{
    /// <summary>The pipeline of these services.</summary>
    public static FunctionPipeline Of(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseMyCoach(services.GetRequiredService<HostEnvironment>());
        return new FunctionPipeline(app.Build(), services.GetRequiredService<ILogger<FunctionPipeline>>());
    }

    /// <param name="cancelled">The host gives up the invocation: for the program its caller has left.</param>
    public async Task RunAsync(HttpContext context, CancellationToken cancelled)
    {
        // The endpoint so far is the function; routing begins again, among the program's own.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        // The function runs in the flow of the host's message; its spans belong to the request.
        Activity.Current = context.Features.Get<IHttpActivityFeature>()?.Activity ?? Activity.Current;
        using var leaving = cancelled.UnsafeRegister(static context => ((HttpContext)context!).Abort(), context);
        try
        {
            await run(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Its caller has left.
        }
        catch (Exception fault) when (context.Response.HasStarted)
        {
            // As the web server does it: the caller must not take a part of an answer for the whole.
            Log.BrokenOff(logger, fault);
            context.Abort();
        }
        catch (Exception fault)
        {
            // The host would make an empty 200 of it.
            Log.Failed(logger, fault);
            await Problems.WriteAsync(context, Problems.For(StatusCodes.Status500InternalServerError));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "An answer was broken off by a failure after it had begun")]
        public static partial void BrokenOff(ILogger logger, Exception fault);

        [LoggerMessage(LogLevel.Error, "A request failed outside of the error handler")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}

internal static class FunctionRequest
{
    /// <summary>What every HTTP function does with its request.</summary>
    public static Task AnswerAsync(this HttpRequest request, CancellationToken cancelled) =>
        request.HttpContext.RequestServices.GetRequiredService<FunctionPipeline>().RunAsync(request.HttpContext, cancelled);
}
