using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Endpoint metadata: the response shows no usage, so it need not wait until calls that have just ended are recorded.
/// </summary>
internal sealed class SkipsSettlementWait;

internal static class SettlementWait
{
    /// <summary>
    /// Delays a request until the user's calls that have just ended in this process are recorded, so the response
    /// includes them.
    /// </summary>
    public static void UseSettlementWait(this IApplicationBuilder app)
    {
        var open = app.ApplicationServices.GetRequiredService<PendingSettlements>();
        app.Use(
            async (context, next) =>
            {
                if (
                    ActsForUser.Of(context) is { } user
                    && context.GetEndpoint()!.Metadata.GetMetadata<SkipsSettlementWait>() is null
                )
                {
                    await open.WaitForUserAsync(user, context.RequestAborted);
                }
                await next(context);
            }
        );
    }
}
