using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Endpoint metadata: the answer shows no usage, so it need not wait for calls that have just ended to be recorded.</summary>
internal sealed class AheadOfSettlements;

internal static class SettledUsage
{
    /// <summary>Makes a request wait until the user's calls that have just ended here are recorded, so that its answer includes them.</summary>
    public static void UseSettledUsage(this IApplicationBuilder app)
    {
        var open = app.ApplicationServices.GetRequiredService<OpenSettlements>();
        app.Use(
            async (context, next) =>
            {
                if (ForUser.Of(context) is { } user && context.GetEndpoint()!.Metadata.GetMetadata<AheadOfSettlements>() is null)
                {
                    await open.CaughtUpAsync(user, context.RequestAborted);
                }
                await next(context);
            }
        );
    }
}
