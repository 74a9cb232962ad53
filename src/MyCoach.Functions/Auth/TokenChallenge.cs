using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using MyCoach.Http;

namespace MyCoach.Auth;

/// <summary>
/// Says in a 401 why a token was refused: in <c>WWW-Authenticate</c> (RFC 6750), in the answer and in the log. The texts
/// are fixed, because the libraries' own messages repeat parts of the token.
/// </summary>
internal static partial class TokenChallenge
{
    private const string Scheme = "Bearer";
    private const string InvalidToken = "invalid_token";

    public static Task ExplainAsync(JwtBearerChallengeContext challenge)
    {
        var context = challenge.HttpContext;
        if (context.Features.Get<CallerFault>() is null && challenge.AuthenticateFailure is { } failure)
        {
            context.Features.Set(new CallerFault(TextOf(failure)));
        }
        if (context.Features.Get<CallerFault>() is { } fault)
        {
            (challenge.Error, challenge.ErrorDescription) = (InvalidToken, DescriptionOf(fault));
            LogRefusal(context, fault);
        }
        return Task.CompletedTask;
    }

    /// <summary>As <see cref="ExplainAsync"/>, for App Service Authentication.</summary>
    /// <param name="failure">Null if the platform states no caller.</param>
    public static void Explain(HttpContext context, Exception? failure)
    {
        if (failure is not null)
        {
            context.Features.Set(new CallerFault("The caller of App Service Authentication is malformed."));
        }
        context.Response.Headers.WWWAuthenticate = Scheme;
        if (context.Features.Get<CallerFault>() is { } fault)
        {
            context.Response.Headers.WWWAuthenticate =
                $"{Scheme} error=\"{InvalidToken}\", error_description=\"{DescriptionOf(fault)}\"";
            LogRefusal(context, fault);
        }
    }

    // Only these characters are allowed there, and the setting that names a claim may have others.
    private static string DescriptionOf(CallerFault fault) =>
        string.Concat(
            fault.Text.Select(character => character is >= ' ' and <= '~' and not ('"' or '\\') ? character : '?')
        );

    private static void LogRefusal(HttpContext context, CallerFault fault) =>
        Log.Refused(
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(TokenChallenge)),
            fault.Text
        );

    private static string TextOf(Exception failure) =>
        failure switch
        {
            AggregateException { InnerExceptions: [var first, ..] } => TextOf(first),
            SecurityTokenExpiredException => "The token has expired.",
            SecurityTokenNotYetValidException => "The token is not valid yet.",
            SecurityTokenNoExpirationException => "The token has no expiry (claim exp).",
            SecurityTokenInvalidAudienceException => "The token is for another audience (claim aud).",
            SecurityTokenInvalidIssuerException => "The token is from another issuer (claim iss).",
            SecurityTokenInvalidAlgorithmException => "The token is signed with an algorithm that is not accepted.",
            SecurityTokenInvalidSignatureException =>
                "The token is not signed, or not with a key of the configured issuer.",
            SecurityTokenMalformedException or ArgumentException =>
                "The token is not a well-formed JWT. Send a MyCoach token, not a key of a provider.",
            _ when failure.Message == ApiKeyHeader.TwoTokens => ApiKeyHeader.TwoTokens,
            _ => "The token is invalid.",
        };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "A caller is not authenticated: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
