using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;

namespace MyCoach.Crypto;

/// <summary>
/// Signs in to a vault as it asks for it: the first request goes out bare, and the challenge that answers it says for what resource, and of which tenant,
/// a token is wanted. A resource that is not the vault's own domain gets none: it would be a token for somebody else.
/// </summary>
internal sealed partial class VaultAuthentication(TokenCredential credential)
    : BearerTokenAuthenticationPolicy(credential, "https://vault.azure.net/.default")
{
    private const string Stashed = nameof(VaultAuthentication);

    private volatile Challenge? known;

    protected override ValueTask AuthorizeRequestAsync(HttpMessage message)
    {
        if (known is { } challenge)
        {
            return AuthenticateAndAuthorizeRequestAsync(message, ContextOf(challenge, message));
        }
        // What is to be wrapped goes nowhere before it is known who asks. Repeated, the request has been stripped already.
        if (message.Request.Content is { } body)
        {
            message.SetProperty(Stashed, body);
            message.Request.Content = null;
        }
        return ValueTask.CompletedTask;
    }

    protected override async ValueTask<bool> AuthorizeRequestOnChallengeAsync(HttpMessage message)
    {
        if (message.Request.Content is null && message.TryGetProperty(Stashed, out var content))
        {
            message.Request.Content = content as RequestContent;
        }
        if (Read(message.Response.Headers, message.Request.Uri.Host!) is not { } challenge)
        {
            return false;
        }
        known = challenge;
        await AuthenticateAndAuthorizeRequestAsync(message, ContextOf(challenge, message));
        return true;
    }

    protected override void AuthorizeRequest(HttpMessage message) => throw new NotSupportedException("Only the asynchronous calls are supported.");

    protected override bool AuthorizeRequestOnChallenge(HttpMessage message) =>
        throw new NotSupportedException("Only the asynchronous calls are supported.");

    private static TokenRequestContext ContextOf(Challenge challenge, HttpMessage message) =>
        new([challenge.Scope], message.Request.ClientRequestId, tenantId: challenge.Tenant);

    // There can be several headers, in any order, or several challenges in one; one may be bare.
    private static Challenge? Read(ResponseHeaders headers, string vault)
    {
        if (!headers.TryGetValues("WWW-Authenticate", out var values))
        {
            return null;
        }
        var members = values
            .SelectMany(value => Member().Matches(value))
            .GroupBy(match => match.Groups["name"].Value.ToLowerInvariant())
            .ToDictionary(group => group.Key, group => group.First().Groups["value"].Value);
        var resource = members.GetValueOrDefault("resource") ?? members.GetValueOrDefault("scope");
        if (resource is null)
        {
            return null;
        }
        if (!Uri.TryCreate(resource, UriKind.Absolute, out var address) || !vault.EndsWith($".{address.Host}", StringComparison.OrdinalIgnoreCase))
        {
            throw new KeyVaultException($"it asks for a token for {resource}, which is not its own domain");
        }
        var tenant = Uri.TryCreate(
            members.GetValueOrDefault("authorization") ?? members.GetValueOrDefault("authorization_uri"),
            UriKind.Absolute,
            out var authority
        )
            ? authority.AbsolutePath.Trim('/')
            : null;
        return new Challenge($"{address.GetLeftPart(UriPartial.Authority)}/.default", string.IsNullOrEmpty(tenant) ? null : tenant);
    }

    [GeneratedRegex(
        "\\b(?<name>resource|scope|authorization|authorization_uri)=\"(?<value>[^\"]*)\"",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Member();

    private sealed record Challenge(string Scope, string? Tenant);
}
