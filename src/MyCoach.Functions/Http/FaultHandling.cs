using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Storage;

namespace MyCoach.Http;

/// <summary>Answers unhandled exceptions and empty error responses with problem details.</summary>
internal static partial class FaultHandling
{
    /// <summary>Converts unhandled exceptions into problems without internal details.</summary>
    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                ExceptionHandler = context =>
                    Problems.WriteAsync(
                        context,
                        ForFault(context, context.Features.Get<IExceptionHandlerFeature>()!.Error)
                    ),
                // Do not log what is no fault of this program: bad requests and unavailable dependencies. A tampered
                // row is logged where it is found.
                SuppressDiagnosticsCallback = fault =>
                    fault.Exception
                        is BadHttpRequestException
                            or InvalidRequestException
                            or MemoryExhaustedException
                            or ProblemException
                    || StorageFaults.IsUnavailable(fault.Exception),
            }
        );
        app.Use(AbortIfBegunAsync);
        app.UseStatusCodePages(pages =>
            Problems.WriteAsync(
                pages.HttpContext,
                pages.HttpContext.Response.StatusCode == StatusCodes.Status401Unauthorized
                    ? Problems.Unauthenticated(pages.HttpContext.Features.Get<CallerFault>())
                    : Problems.For(pages.HttpContext.Response.StatusCode)
            )
        );
    }

    // It is too late for a problem. A connection that breaks off shows the caller that the answer is not complete.
    private static async Task AbortIfBegunAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception fault) when (context.Response.HasStarted && StorageFaults.IsUnavailable(fault))
        {
            LogUnavailable(context, fault);
            context.Abort();
        }
    }

    private static ProblemHttpResult ForFault(HttpContext context, Exception fault)
    {
        switch (fault)
        {
            case InvalidRequestException invalid:
                return Problems.Invalid(invalid.Errors);
            case ProblemException { Problem: var problem }:
                return problem;
            case MemoryExhaustedException:
                return Problems.TooManyRequests(
                    context,
                    MemoryExhaustedException.RetryAfter,
                    MemoryExhaustedException.Text
                );
            case BadHttpRequestException { InnerException: JsonException json }:
                return Problems.Invalid(FieldErrors.FromJson(json));
            case BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest }:
                return Problems.Invalid("body", "must be a JSON object");
            case BadHttpRequestException bad:
                return Problems.For(bad.StatusCode);
            case not null
                when StorageFaults.IsUnavailable(fault)
                    || (fault is OperationCanceledException && !context.RequestAborted.IsCancellationRequested):
                LogUnavailable(context, fault);
                return Problems.StorageUnavailable(context);
            default:
                return Problems.For(StatusCodes.Status500InternalServerError);
        }
    }

    private static void LogUnavailable(HttpContext context, Exception fault) =>
        Log.Unavailable(
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Problems)),
            fault
        );

    // After the first line, the SDK's messages contain the whole response with its headers.
    private static string FirstLine(string message) => message.Split('\n', 2)[0].TrimEnd();

    private static partial class Log
    {
        public static void Unavailable(ILogger logger, Exception fault)
        {
            var (kind, reason) = (fault.GetType().Name, FirstLine(fault.Message));
            StorageUnavailable(
                logger,
                StorageFaults.IsMisconfigured(fault) ? LogLevel.Error : LogLevel.Warning,
                kind,
                reason
            );
        }

        [LoggerMessage(Message = "Storage is unavailable: {Kind}: {Reason}")]
        private static partial void StorageUnavailable(ILogger logger, LogLevel level, string kind, string reason);
    }
}
