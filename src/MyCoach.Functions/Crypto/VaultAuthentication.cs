using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;

namespace MyCoach.Crypto;

/// <summary>
/// Authenticates to the vault by its challenge. The first request has no token and no body; the challenge in the
/// response names the resource and tenant of the token. A resource outside the vault's own domain gets no token,
/// because the token would be valid for another service.
/// </summary>
internal sealed partial class VaultAuthentication(TokenCredential credential)
    : BearerTokenAuthenticationPolicy(credential, "https://vault.azure.net/.default")
{
    private const string RemovedBody = nameof(VaultAuthentication);

    private volatile Challenge? known;

    protected override ValueTask AuthorizeRequestAsync(HttpMessage message)
    {
        if (known is { } challenge)
        {
            return AuthenticateAndAuthorizeRequestAsync(message, ContextOf(challenge, message));
        }
        // Do not send the body, which may contain a data key, before the challenge is known. On a retry, the body is
        // already removed.
        if (message.Request.Content is { } body)
        {
            message.SetProperty(RemovedBody, body);
            message.Request.Content = null;
        }
        return ValueTask.CompletedTask;
    }

    protected override async ValueTask<bool> AuthorizeRequestOnChallengeAsync(HttpMessage message)
    {
        if (message.Request.Content is null && message.TryGetProperty(RemovedBody, out var content))
        {
            message.Request.Content = content as RequestContent;
        }
        if (ReadChallenge(message.Response.Headers, message.Request.Uri.Host!) is not { } challenge)
        {
            return false;
        }
        known = challenge;
        await AuthenticateAndAuthorizeRequestAsync(message, ContextOf(challenge, message));
        return true;
    }

    protected override void AuthorizeRequest(HttpMessage message) => throw VaultKey.SyncNotSupported();

    protected override bool AuthorizeRequestOnChallenge(HttpMessage message) => throw VaultKey.SyncNotSupported();

    private static TokenRequestContext ContextOf(Challenge challenge, HttpMessage message) =>
        new([challenge.Scope], message.Request.ClientRequestId, tenantId: challenge.Tenant);

    // There can be several headers in any order, several challenges in one header, and challenges without parameters.
    private static Challenge? ReadChallenge(ResponseHeaders headers, string vault)
    {
        if (!headers.TryGetValues("WWW-Authenticate", out var values))
        {
            return null;
        }
        var parameters = values
            .SelectMany(value => Parameter().Matches(value))
            .GroupBy(match => match.Groups["name"].Value.ToLowerInvariant())
            .ToDictionary(group => group.Key, group => group.First().Groups["value"].Value);
        var resource = parameters.GetValueOrDefault("resource") ?? parameters.GetValueOrDefault("scope");
        if (resource is null)
        {
            return null;
        }
        if (
            !Uri.TryCreate(resource, UriKind.Absolute, out var address)
            || !vault.EndsWith($".{address.Host}", StringComparison.OrdinalIgnoreCase)
        )
        {
            throw new KeyVaultException($"the vault requested a token for {resource}, which is not its own domain");
        }
        var authority =
            parameters.GetValueOrDefault("authorization") ?? parameters.GetValueOrDefault("authorization_uri");
        return new Challenge($"{address.GetLeftPart(UriPartial.Authority)}/.default", TenantOf(authority));
    }

    // The first part of the path, which can be followed by the version of the authority's interface.
    private static string? TenantOf(string? authority) =>
        Uri.TryCreate(authority, UriKind.Absolute, out var address)
        && address.Segments.ElementAtOrDefault(1)?.TrimEnd('/') is { Length: > 0 } tenant
            ? tenant
            : null;

    [GeneratedRegex(
        "\\b(?<name>resource|scope|authorization|authorization_uri)=\"(?<value>[^\"]*)\"",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Parameter();

    private sealed record Challenge(string Scope, string? Tenant);
}
