namespace MyCoach.Users;

/// <summary>The authenticated caller: a user, or a service that acts for a user.</summary>
/// <param name="User">Null if a service did not name a user.</param>
internal sealed record Caller(UserId? User, bool IsService)
{
    /// <summary>Whether the user's token of MyCoach authenticated the request.</summary>
    public bool HasToken { get; init; }
}
