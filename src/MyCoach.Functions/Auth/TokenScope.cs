using System.ComponentModel.DataAnnotations;

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

/// <summary>A list of one or more scopes, each once.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TokenScopesAttribute() : AllowedValuesAttribute(TokenScope.Gateway, TokenScope.ReadUsage)
{
    public override bool IsValid(object? value) =>
        value is IReadOnlyList<string> { Count: > 0 } scopes
        && scopes.All(TokenScope.All.Contains)
        && scopes.Distinct().Count() == scopes.Count;

    public override string FormatErrorMessage(string name) =>
        $"must list one or more of {string.Join(", ", TokenScope.All)}, each once";
}
