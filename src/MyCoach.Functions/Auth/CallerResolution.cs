using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using MyCoach.Http;
using MyCoach.Users;

namespace MyCoach.Auth;

internal static class CallerResolution
{
    /// <summary>The claim with the roles of a token. App Service may use its long name.</summary>
    public const string RoleClaim = "roles";

    /// <summary>
    /// Sets the caller. Runs between authentication and authorization, so that a principal without a user id counts as
    /// not authenticated.
    /// </summary>
    public static async Task ResolveAsync(HttpContext context, AuthSettings settings, RequestDelegate next)
    {
        if (
            context.User.Identity?.IsAuthenticated == true
            && context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null
        )
        {
            var named = context.Request.Headers[RequestHeaders.User];
            if (context.Features.Get<UserToken>() is { } token && !TokenScope.Allows(token, context))
            {
                await Problems.WriteAsync(
                    context,
                    Problems.Of(
                        StatusCodes.Status403Forbidden,
                        "forbidden",
                        $"This token does not allow this. Its scopes are: {string.Join(", ", token.Scopes)}."
                    )
                );
                return;
            }
            if (context.User.HasClaim(RoleClaim, settings.ServiceRole))
            {
                context.Features.Set(
                    new Caller(
                        named is [{ } header] && UserId.TryDecode(header) is { } user ? user : null,
                        IsService: true
                    )
                );
            }
            else if (named.Count > 0)
            {
                await Problems.WriteAsync(context, Problems.For(StatusCodes.Status403Forbidden));
                return;
            }
            else if (UserIdOf(context.User, settings.UserIdClaim) is { } own)
            {
                context.Features.Set(
                    new Caller(own, IsService: false) { HasToken = context.Features.Get<UserToken>() is not null }
                );
            }
            else
            {
                context.Features.Set(
                    new CallerFault($"The token does not name one user in the claim {settings.UserIdClaim}.")
                );
                context.User = new ClaimsPrincipal(new ClaimsIdentity());
            }
        }
        await next(context);
    }

    // With two values of the claim it is unclear who the caller is, so return null.
    private static UserId? UserIdOf(ClaimsPrincipal principal, string claim) =>
        principal.FindAll(claim).Take(2).ToArray() is [var only] ? UserId.TryCreate(only.Value) : null;
}
