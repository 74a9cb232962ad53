namespace MyCoach.Auth;

/// <summary>Endpoint metadata: tokens with this scope reach the endpoint. Tokens reach no other endpoints.</summary>
internal sealed record TokenScope(string Name)
{
    public const string Gateway = "gateway";
    public const string ReadUsage = "usage:read";

    public static readonly IReadOnlyList<string> All = [Gateway, ReadUsage];

    /// <summary>Whether the token reaches the endpoint of the request.</summary>
    public static bool Allows(UserToken token, HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<TokenScope>() is { } scope && token.Scopes.Contains(scope.Name);
}
