using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace MyCoach.Auth;

/// <summary>On an endpoint: the header that takes the caller's token as well as <c>Authorization</c> does, because that is where a provider's SDK puts its key.</summary>
internal sealed record ApiKeyHeader(string Name)
{
    /// <summary>What an SDK, which cannot do without a key, is given in Development in place of none.</summary>
    private const string NoToken = "development";

    private const string Scheme = "Bearer ";

    public static Task ReadTokenAsync(MessageReceivedContext context)
    {
        if (Values(context.HttpContext) is not [var token])
        {
            return Task.CompletedTask;
        }
        if (BearerToken(context.HttpContext) is { } other && other != token)
        {
            context.Fail("Two tokens that differ name two callers.");
        }
        context.Token = token;
        return Task.CompletedTask;
    }

    /// <summary>Whether the request says in any way who sends it.</summary>
    public static bool HasToken(HttpContext context)
    {
        var takesKeys = context.GetEndpoint()?.Metadata.GetMetadata<ApiKeyHeader>() is not null;
        var isNone = context.Request.Headers.Authorization.Count == 0 || (takesKeys && BearerToken(context) == NoToken);
        return !isNone || !Values(context).All(value => value == NoToken);
    }

    private static string?[] Values(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ApiKeyHeader>() is { } header ? [.. context.Request.Headers[header.Name]] : [];

    // Any other scheme is a token that differs, too.
    private static string? BearerToken(HttpContext context) =>
        context.Request.Headers.Authorization is { Count: > 0 } values
            ? values.ToString() is var text && text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
                ? text[Scheme.Length..].Trim()
                : ""
            : null;
}
