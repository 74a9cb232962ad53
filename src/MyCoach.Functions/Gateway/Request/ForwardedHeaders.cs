using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace MyCoach.Gateway;

/// <summary>
/// The headers and query parameters that pass the gateway. Others are dropped.
/// </summary>
internal static class ForwardedHeaders
{
    private static readonly HashSet<string> OfRequests = new(StringComparer.OrdinalIgnoreCase)
    {
        "accept",
        "anthropic-beta",
        "anthropic-version",
        "idempotency-key",
        "user-agent",
    };

    private static readonly HashSet<string> OfAnswers = new(StringComparer.OrdinalIgnoreCase)
    {
        "cache-control",
        "content-encoding",
        "content-type",
        "request-id",
        "retry-after",
        "retry-after-ms",
        "x-request-id",
        "x-should-retry",
    };

    private static readonly HashSet<string> OfQueries = new(StringComparer.Ordinal)
    {
        "after",
        "after_id",
        "before_id",
        "beta",
        "include",
        "include[]",
        "include_obfuscation",
        "limit",
        "order",
        "starting_after",
        "stream",
    };

    /// <summary>A stream is requested uncompressed, because the gateway adds comment lines and drops events.</summary>
    public static void Copy(HttpRequest from, HttpRequestMessage to, bool streams)
    {
        foreach (var (name, values) in from.Headers)
        {
            if (OfRequests.Contains(name) || name.StartsWith("x-stainless-", StringComparison.OrdinalIgnoreCase))
            {
                to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
        to.Headers.TryAddWithoutValidation(
            "accept-encoding",
            !streams && TakesGzip(from.Headers.AcceptEncoding) ? "gzip, identity" : "identity"
        );
        if (to.Content is { } content)
        {
            content.Headers.TryAddWithoutValidation("content-type", from.ContentType);
        }
    }

    /// <param name="keepsLength">Whether the answer is forwarded byte by byte, so that its length holds.</param>
    public static void Copy(HttpResponseMessage from, HttpResponse to, KeyMask mask, bool keepsLength)
    {
        foreach (var (name, values) in from.Headers.NonValidated.Concat(from.Content.Headers.NonValidated))
        {
            if (
                OfAnswers.Contains(name)
                || IsProviders(name)
                || (keepsLength && name.Equals("content-length", StringComparison.OrdinalIgnoreCase))
            )
            {
                to.Headers.Append(name, new StringValues([.. values.Select(mask.Mask)]));
            }
        }
    }

    /// <summary>The answer's content encoding; null for none.</summary>
    public static string? EncodingOf(HttpResponseMessage answer) =>
        string.Join(',', answer.Content.Headers.ContentEncoding).ToLowerInvariant() is var encoding
        && encoding is not ("" or "identity")
            ? encoding
            : null;

    public static string Query(HttpRequest request)
    {
        var parameters = request.Query.Where(parameter => OfQueries.Contains(parameter.Key));
        return QueryString.Create(parameters).ToString();
    }

    private static bool IsProviders(string name) =>
        name.StartsWith("anthropic-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("openai-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase);

    private static bool TakesGzip(StringValues accepted) =>
        accepted
            .OfType<string>()
            .SelectMany(value => value.Split(','))
            .Any(value =>
                StringWithQualityHeaderValue.TryParse(value, out var encoding)
                && encoding is { Value: "gzip" or "*", Quality: not 0 }
            );
}
