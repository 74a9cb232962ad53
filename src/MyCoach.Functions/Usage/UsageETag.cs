using MyCoach.Http;
using MyCoach.Ledger;

namespace MyCoach.Usage;

/// <summary>The ETag of an event: a hash of every value that can change.</summary>
internal static class UsageETag
{
    /// <param name="shown">The event as callers see it.</param>
    public static string Of(UsageEvent shown) =>
        EntityTags.OfHash(
            shown.Id,
            shown.CreatedAt.ToString("O"),
            shown.ConversationId,
            Adjustment.Write(shown.Adjustments),
            $"{shown.Cost} {shown.Tokens}"
        );
}
