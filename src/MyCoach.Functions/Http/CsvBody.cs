using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MyCoach.Http;

/// <summary>Endpoint metadata: the body is CSV, which the handler reads.</summary>
internal sealed class CsvBody
{
    public const string ContentType = "text/csv";

    public static readonly CsvBody Instance = new();

    /// <summary>Whether the request says that its body is CSV, and not compressed.</summary>
    public static bool Is(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && ContentType.Equals(type.MediaType, StringComparison.OrdinalIgnoreCase)
        && request.Headers.ContentEncoding.All(encoding => encoding is "identity" or "");

    public static ProblemHttpResult Unsupported() =>
        Problems.Of(
            StatusCodes.Status415UnsupportedMediaType,
            "unsupported_media_type",
            "The body must be CSV in UTF-8, with Content-Type text/csv."
        );

    public static ProblemHttpResult TooLarge() =>
        Problems.Of(
            StatusCodes.Status413PayloadTooLarge,
            "payload_too_large",
            "The body is larger than 10 MiB. Export fewer days at a time."
        );
}
