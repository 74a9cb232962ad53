using Microsoft.AspNetCore.Http.Features;
using MyCoach.Http;

namespace MyCoach.Users;

internal static class UserAccess
{
    public static void AddUsers(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(MemoryBudget.OfThisMachine());
        builder.Services.AddSingleton<ErasuresTable>();
        builder.Services.AddSingleton<ErasureFence>();
        builder.Services.AddSingleton<UserTables>();
        builder.Services.AddSingleton<ActivityTable>();
        builder.Services.AddSingleton<TimerProgress>();
        builder.Services.AddSingleton<LimitsTable>();
    }

    /// <summary>Enters the erasure fence for the user of the request. Call after UseAuth.</summary>
    public static void UseUsers(this IApplicationBuilder app)
    {
        var fence = app.ApplicationServices.GetRequiredService<ErasureFence>();
        app.Use(
            async (context, next) =>
            {
                if (
                    ActsForUser.Of(context) is { } user
                    && context.GetEndpoint()!.Metadata.GetMetadata<AllowedDuringErasure>() is null
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
