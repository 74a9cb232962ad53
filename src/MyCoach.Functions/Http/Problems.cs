using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Storage;

namespace MyCoach.Http;

/// <summary>On an endpoint: how its errors look, where that is not as problem details.</summary>
internal sealed record ErrorShape(Func<HttpContext, ProblemDetails, Task> WriteAsync);

/// <summary>Every error answer: RFC 9457 problem details with a stable <c>code</c>.</summary>
internal static partial class Problems
{
    private static readonly TimeSpan StoragePause = TimeSpan.FromSeconds(5);

    public static ProblemHttpResult NotFound() => For(StatusCodes.Status404NotFound);

    public static ProblemHttpResult Conflict(string detail) => Of(StatusCodes.Status409Conflict, "conflict", detail);

    public static ProblemHttpResult PreconditionFailed() =>
        Of(StatusCodes.Status412PreconditionFailed, "precondition_failed", "The resource is no longer what If-Match names.");

    public static ProblemHttpResult Invalid(FieldErrors errors) =>
        Of(StatusCodes.Status400BadRequest, "invalid_request", "The request is not valid; errors says why, by field.", errors.ByField);

    public static ProblemHttpResult Invalid(string field, string message) => Invalid(new FieldErrors().Add(field, message));

    public static ProblemHttpResult KeyRejected() =>
        Of(StatusCodes.Status422UnprocessableEntity, "key_rejected", "The provider refused this key; nothing was stored.");

    public static ProblemHttpResult EncryptionUnavailable() =>
        Of(StatusCodes.Status503ServiceUnavailable, "encryption_unavailable", "The data key that this needs is not available.");

    public static ProblemHttpResult TooManyRequests(HttpContext context, TimeSpan retryAfter, string detail)
    {
        RetryAfter(context, retryAfter);
        return Of(StatusCodes.Status429TooManyRequests, "too_many_requests", detail);
    }

    /// <summary>The problem of a status that the framework chose (no route, no token, wrong method …).</summary>
    public static ProblemHttpResult For(int status) =>
        status switch
        {
            StatusCodes.Status401Unauthorized => Of(status, "unauthenticated", "A valid token is needed."),
            StatusCodes.Status403Forbidden => Of(status, "forbidden", "The caller may not do this."),
            StatusCodes.Status404NotFound => Of(status, "not_found", "There is no such thing, or it is not the caller's."),
            StatusCodes.Status405MethodNotAllowed => Of(status, "method_not_allowed", "This address does not take this method."),
            StatusCodes.Status413PayloadTooLarge => Of(status, "payload_too_large", "The body may hold 1 MiB at most."),
            StatusCodes.Status415UnsupportedMediaType => Of(
                status,
                "unsupported_media_type",
                "The body must be JSON, with Content-Type application/json."
            ),
            >= 400 and < 500 => Of(status, "invalid_request", "The request is not valid."),
            _ => Of(StatusCodes.Status500InternalServerError, "internal", "Something went wrong here."),
        };

    /// <summary>Turns what escaped a handler into a problem, telling nothing of the inside.</summary>
    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                ExceptionHandler = context => WriteAsync(context, ForFault(context, context.Features.Get<IExceptionHandlerFeature>()!.Error)),
                // Bad requests and a dependency that is away are not this program's faults, and a row that was changed is told of where it is found.
                SuppressDiagnosticsCallback = fault =>
                    fault.Exception is BadHttpRequestException or InvalidRequestException or ProblemException
                    || StorageFaults.IsUnavailable(fault.Exception),
            }
        );
        app.UseStatusCodePages(pages => WriteAsync(pages.HttpContext, For(pages.HttpContext.Response.StatusCode)));
    }

    /// <summary>In the form of the endpoint that was called.</summary>
    public static Task WriteAsync(HttpContext context, ProblemHttpResult problem)
    {
        // The exception handler starts over, without the endpoint.
        var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();
        return endpoint?.Metadata.GetMetadata<ErrorShape>() is { } shape
            ? shape.WriteAsync(context, problem.ProblemDetails)
            : problem.ExecuteAsync(context);
    }

    private static ProblemHttpResult ForFault(HttpContext context, Exception fault)
    {
        switch (fault)
        {
            case InvalidRequestException invalid:
                return Invalid(invalid.Errors);
            case ProblemException { Problem: var problem }:
                return problem;
            case BadHttpRequestException { InnerException: JsonException json }:
                return Invalid(FieldErrors.Of(json));
            case BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest }:
                return Invalid("body", "must be a JSON object");
            case BadHttpRequestException bad:
                return For(bad.StatusCode);
            case not null
                when StorageFaults.IsUnavailable(fault) || (fault is OperationCanceledException && !context.RequestAborted.IsCancellationRequested):
                Log.Unavailable(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Problems)), fault);
                RetryAfter(context, StoragePause);
                return Of(
                    StatusCodes.Status503ServiceUnavailable,
                    "storage_unavailable",
                    "The storage does not answer now. A request that carries an id of its own can be repeated safely."
                );
            default:
                return For(StatusCodes.Status500InternalServerError);
        }
    }

    // The SDK's messages go on with the whole answer, headers and all.
    private static string FirstLine(string message) => message.Split('\n', 2)[0].TrimEnd();

    private static void RetryAfter(HttpContext context, TimeSpan pause) =>
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    public static ProblemHttpResult Of(int status, string code, string detail, IReadOnlyDictionary<string, string[]>? errors = null)
    {
        var problem = new ProblemDetails
        {
            Status = status,
            Detail = detail,
            Extensions = { ["code"] = code },
        };
        if (errors is not null)
        {
            problem.Extensions["errors"] = errors;
        }
        return TypedResults.Problem(problem);
    }

    private static partial class Log
    {
        public static void Unavailable(ILogger logger, Exception fault)
        {
            var (kind, reason) = (fault.GetType().Name, FirstLine(fault.Message));
            StorageUnavailable(logger, StorageFaults.IsMisconfigured(fault) ? LogLevel.Error : LogLevel.Warning, kind, reason);
        }

        [LoggerMessage(Message = "Storage is unavailable: {Kind}: {Reason}")]
        private static partial void StorageUnavailable(ILogger logger, LogLevel level, string kind, string reason);
    }
}
