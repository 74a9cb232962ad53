using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace MyCoach.Auth;

/// <summary>
/// Endpoint metadata: a header that is accepted like <c>Authorization</c>, because a provider's SDK sends its key
/// there.
/// </summary>
internal sealed record ApiKeyHeader(string Name)
{
    /// <summary>In Development, counts as no token. An SDK needs some value as its key.</summary>
    private const string PlaceholderToken = "development";

    public const string TwoTokens = "The request has two different tokens.";

    private const string BearerPrefix = "Bearer ";

    public static Task ReadTokenAsync(MessageReceivedContext context)
    {
        if (HasTwoTokens(context.HttpContext))
        {
            context.Fail(TwoTokens);
        }
        context.Token = Values(context.HttpContext).FirstOrDefault();
        return Task.CompletedTask;
    }

    /// <summary>The token of the request, in either header; null if it has none.</summary>
    public static string? FindToken(HttpContext context) => Values(context).FirstOrDefault() ?? BearerToken(context);

    public static bool HasTwoTokens(HttpContext context)
    {
        var tokens = Values(context);
        return tokens.Length > 0 && tokens.Append(BearerToken(context) ?? tokens[0]).Distinct().Count() > 1;
    }

    /// <summary>Whether the request has a token other than the placeholder.</summary>
    public static bool HasToken(HttpContext context)
    {
        var acceptsKeyHeader = context.GetEndpoint()?.Metadata.GetMetadata<ApiKeyHeader>() is not null;
        var isMissing =
            context.Request.Headers.Authorization.Count == 0
            || (acceptsKeyHeader && BearerToken(context) == PlaceholderToken);
        return !isMissing || !Values(context).All(value => value == PlaceholderToken);
    }

    private static string[] Values(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ApiKeyHeader>() is { } header
            ? [.. context.Request.Headers[header.Name].OfType<string>().Where(token => token.Length > 0)]
            : [];

    // Another scheme also counts as a different token: return a value that equals none.
    private static string? BearerToken(HttpContext context)
    {
        if (context.Request.Headers.Authorization is not { Count: > 0 } values)
        {
            return null;
        }
        var text = values.ToString();
        return text.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase)
            ? text[BearerPrefix.Length..].Trim()
            : "";
    }
}
