using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using MyCoach.Http;

namespace MyCoach.Auth;

/// <summary>Authenticates the user of a token that MyCoach issued.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    AuthSettings settings,
    TokenCache tokens,
    TimeProvider clock
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public new const string Scheme = "Token";

    /// <summary>Whether the request has a token of this kind.</summary>
    public static bool Admits(HttpContext context) =>
        ApiKeyHeader.FindToken(context)?.StartsWith(TokenText.Prefix, StringComparison.Ordinal) == true;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Such endpoints must answer while the storage does not.
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return AuthenticateResult.NoResult();
        }
        if (ApiKeyHeader.HasTwoTokens(Context))
        {
            return Refuse(ApiKeyHeader.TwoTokens);
        }
        if (TokenText.TryParse(ApiKeyHeader.FindToken(Context) ?? "") is not { } text)
        {
            return Refuse("The token is incomplete or mistyped: its checksum is wrong.");
        }
        // One answer for an unknown id and a wrong secret, so that ids cannot be found out.
        if (
            await tokens.FindAsync(text, Context.RequestAborted) is not { } token
            || !token.Accepts(text, clock.GetUtcNow())
        )
        {
            return Refuse("The token does not exist: it was deleted or replaced.");
        }
        if (token.HasExpired(clock.GetUtcNow()))
        {
            return Refuse("The token has expired.");
        }
        tokens.NoteUse(token);
        Context.Features.Set(token);
        Context.Features.Set(text);
        var identity = new ClaimsIdentity(
            [new Claim(settings.UserIdClaim, token.User.Value)],
            Scheme,
            settings.UserIdClaim,
            CallerResolution.RoleClaim
        );
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        TokenChallenge.Explain(Context, failure: null);
        await base.HandleChallengeAsync(properties);
    }

    private AuthenticateResult Refuse(string reason)
    {
        Context.Features.Set(new CallerFault(reason));
        return AuthenticateResult.Fail(reason);
    }
}
