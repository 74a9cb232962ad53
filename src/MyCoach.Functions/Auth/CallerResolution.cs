using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using MyCoach.Http;
using MyCoach.Users;

namespace MyCoach.Auth;

internal static class CallerResolution
{
    /// <summary>The claim that carries the roles of a token; App Service also spells it the long way.</summary>
    public const string RoleClaim = "roles";

    /// <summary>Works out the caller between authentication and authorization, so that whoever has no user id counts as not authenticated.</summary>
    public static async Task ResolveAsync(HttpContext context, AuthSettings settings, RequestDelegate next)
    {
        if (context.User.Identity?.IsAuthenticated == true && context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            var named = context.Request.Headers[RequestHeaders.User];
            if (context.User.HasClaim(RoleClaim, settings.ServiceRole))
            {
                context.Features.Set(new Caller(named is [{ } one] && UserId.TryDecode(one) is { } user ? user : null, IsService: true));
            }
            else if (named.Count > 0)
            {
                await Problems.WriteAsync(context, Problems.For(StatusCodes.Status403Forbidden));
                return;
            }
            else if (OwnId(context.User, settings.UserIdClaim) is { } own)
            {
                context.Features.Set(new Caller(own, IsService: false));
            }
            else
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity());
            }
        }
        await next(context);
    }

    // Two values of the claim name two users; neither is then the caller.
    private static UserId? OwnId(ClaimsPrincipal principal, string claim) =>
        principal.FindAll(claim).Take(2).ToArray() is [var only] ? UserId.TryCreate(only.Value) : null;
}
