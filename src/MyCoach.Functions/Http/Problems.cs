using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MyCoach.Http;

/// <summary>Error responses: RFC 9457 problem details with a stable <c>code</c>.</summary>
internal static class Problems
{
    private static readonly TimeSpan StorageRetryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProviderRetryAfter = TimeSpan.FromSeconds(30);

    public static ProblemHttpResult NotFound() => For(StatusCodes.Status404NotFound);

    public static ProblemHttpResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, "not_found", detail);

    public static ProblemHttpResult UnknownProvider() =>
        NotFound("There is no such provider. The providers are anthropic and openai.");

    /// <param name="fault">Null if the request has no token.</param>
    public static ProblemHttpResult Unauthenticated(CallerFault? fault) =>
        Of(
            StatusCodes.Status401Unauthorized,
            "unauthenticated",
            fault is null
                ? "The request has no token. Send one in the header Authorization, after Bearer."
                : $"{fault.Text} Get a valid token and retry."
        );

    public static ProblemHttpResult Conflict(string detail) => Of(StatusCodes.Status409Conflict, "conflict", detail);

    /// <summary>Events that cannot be recorded because of events that are.</summary>
    /// <param name="errors">What is wrong, by field.</param>
    /// <param name="eventId">The recorded event that is in the way of the first of them.</param>
    public static ProblemHttpResult EventConflict(FieldErrors errors, string eventId)
    {
        var problem = Of(
            StatusCodes.Status409Conflict,
            "conflict",
            "A recorded event is in the way: see errors. Send a new call with a new id.",
            errors.ByField
        );
        problem.ProblemDetails.Extensions["eventId"] = eventId;
        return problem;
    }

    public static ProblemHttpResult PreconditionFailed() =>
        Of(
            StatusCodes.Status412PreconditionFailed,
            "precondition_failed",
            "The resource is not as If-Match or If-None-Match requires. Read it again, and retry with its current ETag."
        );

    public static ProblemHttpResult Invalid(FieldErrors errors) =>
        Of(
            StatusCodes.Status400BadRequest,
            "invalid_request",
            "The request is invalid. See errors for the fields to correct.",
            errors.ByField
        );

    public static ProblemHttpResult Invalid(string field, string message) =>
        Invalid(new FieldErrors().Add(field, message));

    public static ProblemHttpResult KeyRejected() =>
        Of(
            StatusCodes.Status422UnprocessableEntity,
            "key_rejected",
            "The provider refused this key, so it was not stored. Check the key at the provider and try again."
        );

    public static ProblemHttpResult EncryptionUnavailable() =>
        Of(
            StatusCodes.Status503ServiceUnavailable,
            "encryption_unavailable",
            "The encryption key is unavailable. Retry later; if this persists, contact the operator."
        );

    public static ProblemHttpResult TooManyRequests(HttpContext context, TimeSpan retryAfter, string detail)
    {
        SetRetryAfter(context, retryAfter);
        return Of(StatusCodes.Status429TooManyRequests, "too_many_requests", detail);
    }

    public static ProblemHttpResult StorageUnavailable(HttpContext context)
    {
        SetRetryAfter(context, StorageRetryAfter);
        return Of(
            StatusCodes.Status503ServiceUnavailable,
            "storage_unavailable",
            "Storage is temporarily unavailable. Requests with a client-supplied id are safe to retry."
        );
    }

    /// <param name="provider">The provider's id.</param>
    public static ProblemHttpResult ProviderUnavailable(HttpContext context, string provider)
    {
        SetRetryAfter(context, ProviderRetryAfter);
        return Of(
            StatusCodes.Status503ServiceUnavailable,
            "provider_unavailable",
            $"{provider} did not answer as documented, so nothing was stored. Retry later."
        );
    }

    /// <summary>The problem for a status that the framework set (no route, no token, wrong method …).</summary>
    public static ProblemHttpResult For(int status) =>
        status switch
        {
            StatusCodes.Status401Unauthorized => Unauthenticated(fault: null),
            StatusCodes.Status403Forbidden => Of(status, "forbidden", "The caller is not allowed to do this."),
            StatusCodes.Status404NotFound => Of(status, "not_found", "Not found."),
            StatusCodes.Status405MethodNotAllowed => Of(status, "method_not_allowed", "Method not allowed."),
            StatusCodes.Status408RequestTimeout => Of(status, "request_timeout", "The body did not arrive in time."),
            StatusCodes.Status413PayloadTooLarge => Of(status, "payload_too_large", "The body is larger than 1 MiB."),
            StatusCodes.Status415UnsupportedMediaType => Of(
                status,
                "unsupported_media_type",
                "The body must be JSON, with Content-Type application/json."
            ),
            >= 400 and < 500 => Of(status, "invalid_request", "The request is invalid."),
            _ => Of(StatusCodes.Status500InternalServerError, "internal", "An internal error occurred. Retry later."),
        };

    /// <summary>Writes the problem in the error format of the endpoint.</summary>
    public static Task WriteAsync(HttpContext context, ProblemHttpResult problem)
    {
        // The exception handler clears the endpoint of the context.
        var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();
        return endpoint?.Metadata.GetMetadata<ErrorShape>() is { } shape
            ? shape.WriteAsync(context, problem.ProblemDetails)
            : problem.ExecuteAsync(context);
    }

    private static void SetRetryAfter(HttpContext context, TimeSpan pause) =>
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(pause.TotalSeconds))
            .ToString(CultureInfo.InvariantCulture);

    public static ProblemHttpResult Of(
        int status,
        string code,
        string detail,
        IReadOnlyDictionary<string, string[]>? errors = null
    )
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
}
