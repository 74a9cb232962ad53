using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Microsoft.Net.Http.Headers;

namespace MyCoach.Http;

/// <summary>
/// Converts a row's ETag to an HTTP ETag. The storage's ETag is weak and contains quotes and <c>%</c>. Ours is a strong
/// tag that encodes the same bytes, because RFC 9110 requires strong tags for <c>If-Match</c>.
/// </summary>
internal static class EntityTags
{
    public const string Absent = "\"none\"";

    public static string Of(ETag? row) =>
        row is { } etag ? $"\"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(etag.ToString()))}\"" : Absent;

    /// <summary>The ETag of a resource without its own row: a hash of every value that can change.</summary>
    public static string OfHash(params ReadOnlySpan<string?> changing) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', changing!))))[..32]}\"";

    /// <summary>
    /// Marks the endpoint's resource as having an ETag, for the API description. A GET whose <c>If-None-Match</c> has it
    /// answers 304.
    /// </summary>
    public static RouteHandlerBuilder WithETag(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new EntityTagged()).AddEndpointFilter(AnswerNotModifiedAsync);

    public static void WriteHeader(HttpContext context, ETag? row) => context.Response.Headers.ETag = Of(row);

    /// <summary>
    /// Whether <c>If-Match</c> and <c>If-None-Match</c> allow the change. A missing header allows every change; a
    /// malformed header allows none.
    /// </summary>
    /// <param name="row">The ETag of the current row; null if there is no row.</param>
    /// <param name="alwaysExists">Whether the resource exists, with defaults, even without a row.</param>
    public static bool ConditionsAllow(HttpRequest request, ETag? row, bool alwaysExists = false) =>
        ConditionsAllow(request, Of(row), exists: alwaysExists || row is not null);

    /// <summary>As the other, for a resource with this ETag.</summary>
    /// <param name="isPrefix">Whether every tag that begins like this one matches.</param>
    public static bool ConditionsAllow(HttpRequest request, string current, bool exists = true, bool isPrefix = false)
    {
        var (match, noneMatch) = (request.GetTypedHeaders().IfMatch, request.GetTypedHeaders().IfNoneMatch);
        return (
                request.Headers.IfMatch.Count == 0
                || match.Any(tag => tag.Equals(EntityTagHeaderValue.Any) ? exists : Matches(tag.ToString()))
            )
            && (request.Headers.IfNoneMatch.Count == 0 || (noneMatch.Count > 0 && !Names(noneMatch, exists, current)));

        bool Matches(string tag) => isPrefix ? tag.StartsWith(current[..^1], StringComparison.Ordinal) : tag == current;
    }

    private static async ValueTask<object?> AnswerNotModifiedAsync(
        EndpointFilterInvocationContext invocation,
        EndpointFilterDelegate next
    )
    {
        var answer = await next(invocation);
        var (request, response) = (invocation.HttpContext.Request, invocation.HttpContext.Response);
        return
            HttpMethods.IsGet(request.Method)
            && request.Headers.IfNoneMatch.Count > 0
            && response.Headers.ETag is [{ } current]
            && Names(request.GetTypedHeaders().IfNoneMatch, exists: true, current)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : answer;
    }

    // RFC 9110 compares weakly here: W/"x" is "x".
    private static bool Names(IList<EntityTagHeaderValue> tags, bool exists, string current) =>
        tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) ? exists : tag.Tag == current);
}

/// <summary>Endpoint metadata: the resource has an ETag.</summary>
internal sealed class EntityTagged;
