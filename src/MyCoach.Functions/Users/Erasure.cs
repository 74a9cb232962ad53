using Azure;

namespace MyCoach.Users;

/// <summary>The erasure of an account, in progress or done.</summary>
/// <param name="Id">The fencing token of work that begins after the erasure.</param>
/// <param name="User">Null once the erasure is done. Then only the hash of the user id remains.</param>
internal sealed record Erasure(
    string Hash,
    string Id,
    UserId? User,
    DateTimeOffset BeganAt,
    DateTimeOffset? DoneAt,
    ETag? ETag
)
{
    public bool IsDone => DoneAt is not null;
}
