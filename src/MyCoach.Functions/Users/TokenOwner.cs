using System.Security.Cryptography;
using System.Text;

namespace MyCoach.Users;

/// <summary>
/// The partition of a user's tokens. A token's text contains it, so that one point read finds the token. It is a hash,
/// because the text must not show the user id.
/// </summary>
internal static class TokenOwner
{
    /// <summary>The length of a partition key, in characters.</summary>
    public const int Length = 22;

    private const int HashBytes = 16;

    public static string Of(UserId user) =>
        Base62.Encode(
            SHA256.HashData(Encoding.UTF8.GetBytes($"MyCoach token owner\n{user.Key}")).AsSpan(0, HashBytes),
            Length
        );
}
