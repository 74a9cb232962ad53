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
        var tokens = Values(context.HttpContext);
        if (tokens.Length > 0 && tokens.Append(BearerToken(context.HttpContext) ?? tokens[0]).Distinct().Count() > 1)
        {
            context.Fail("Two tokens that differ name two callers.");
        }
        context.Token = tokens.FirstOrDefault();
        return Task.CompletedTask;
    }

    /// <summary>Whether the request says in any way who sends it.</summary>
    public static bool HasToken(HttpContext context)
    {
        var takesKeys = context.GetEndpoint()?.Metadata.GetMetadata<ApiKeyHeader>() is not null;
        var isNone = context.Request.Headers.Authorization.Count == 0 || (takesKeys && BearerToken(context) == NoToken);
        return !isNone || !Values(context).All(value => value == NoToken);
    }

    private static string[] Values(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ApiKeyHeader>() is { } header
            ? [.. context.Request.Headers[header.Name].OfType<string>().Where(token => token.Length > 0)]
            : [];

    // Any other scheme is a token that differs, too.
    private static string? BearerToken(HttpContext context) =>
        context.Request.Headers.Authorization is { Count: > 0 } values
            ? values.ToString() is var text && text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
                ? text[Scheme.Length..].Trim()
                : ""
            : null;
}
