using Microsoft.AspNetCore.Http.Features;

namespace MyCoach.Users;

/// <summary>
/// Endpoint metadata: the handler acts for a user. Every handler with a <see cref="UserId"/> parameter has it.
/// </summary>
internal sealed class ForUser
{
    public static readonly ForUser Instance = new();

    private ForUser() { }

    /// <summary>The user that an endpoint is about to act for; null if it acts for none.</summary>
    public static UserId? Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ForUser>() is null ? null : context.Features.Get<Caller>()?.User;
}

/// <summary>Endpoint metadata: the endpoint also answers while the user's account is being erased.</summary>
internal sealed class OpenWhileErasing;

internal static class UserAccess
{
    public static void AddUsers(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ErasuresTable>();
        builder.Services.AddSingleton<ErasureFence>();
        builder.Services.AddSingleton<UserTables>();
        builder.Services.AddSingleton<ActivityTable>();
    }

    /// <summary>Enters the erasure fence for the user of the request. Call after UseAuth.</summary>
    public static void UseUsers(this IApplicationBuilder app)
    {
        var fence = app.ApplicationServices.GetRequiredService<ErasureFence>();
        app.Use(
            async (context, next) =>
            {
                if (
                    ForUser.Of(context) is { } user
                    && context.GetEndpoint()!.Metadata.GetMetadata<OpenWhileErasing>() is null
                )
                {
                    var entered = await fence.EnterAsync(user, context.RequestAborted);
                    context.Features.Set(context.Features.GetRequiredFeature<Caller>() with { User = entered });
                }
                await next(context);
            }
        );
    }
}
