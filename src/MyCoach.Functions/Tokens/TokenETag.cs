using System.Globalization;
using MyCoach.Auth;
using MyCoach.Http;

namespace MyCoach.Tokens;

/// <summary>
/// The ETag of a token, in two parts. The first covers what its user has set, the second what changes by itself, such as
/// its spend. <c>If-Match</c> needs only the first: a call between a read and a change is no conflict.
/// </summary>
internal static class TokenETag
{
    /// <summary>The tag without the second part.</summary>
    public static string PrefixOf(UserToken token) => $"\"{FirstPart(token)}\"";

    /// <param name="shown">The answer.</param>
    public static string Of(UserToken token, TokenView shown)
    {
        var second = EntityTags.OfHash(
            shown.Status,
            $"{shown.LastUsedOn:O} {shown.PreviousValidUntil:O}",
            string.Create(CultureInfo.InvariantCulture, $"{shown.SpentUsd} {shown.ReservedUsd}")
        );
        return $"\"{FirstPart(token)}.{second.Trim('"')}\"";
    }

    private static string FirstPart(UserToken token) =>
        EntityTags
            .OfHash(
                token.Id,
                token.Name,
                $"{token.CreatedAt:O} {token.ExpiresAt:O} {token.MonthlyBudgetCents}",
                token.Hash,
                $"{token.PreviousHash} {token.PreviousUntil:O}",
                string.Join('\n', token.Models)
            )
            .Trim('"');
}
