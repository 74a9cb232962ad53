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
    private const string Absent = "\"none\"";

    public static string Of(ETag? row) =>
        row is { } etag ? $"\"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(etag.ToString()))}\"" : Absent;

    /// <summary>Sets the ETag of a resource without its own row: a hash of every value that can change.</summary>
    public static void WriteHashHeader(HttpContext context, params ReadOnlySpan<string?> changing) =>
        context.Response.Headers.ETag =
            $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', changing!))))[..32]}\"";

    /// <summary>Marks the endpoint's resource as having an ETag, for the API description.</summary>
    public static RouteHandlerBuilder WithETag(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new EntityTagged());

    public static void WriteHeader(HttpContext context, ETag? row) => context.Response.Headers.ETag = Of(row);

    /// <summary>
    /// Whether <c>If-Match</c> allows the change. A missing header allows every change; a malformed header allows none.
    /// </summary>
    /// <param name="row">The ETag of the current row; null if there is no row.</param>
    /// <param name="alwaysExists">Whether the resource exists, with defaults, even without a row.</param>
    public static bool IfMatchAllows(HttpRequest request, ETag? row, bool alwaysExists = false) =>
        request.Headers.IfMatch.Count == 0
        || request
            .GetTypedHeaders()
            .IfMatch.Any(tag =>
                tag.Equals(EntityTagHeaderValue.Any) ? alwaysExists || row is not null : tag.ToString() == Of(row)
            );
}

/// <summary>Endpoint metadata: the resource has an ETag.</summary>
internal sealed class EntityTagged;
