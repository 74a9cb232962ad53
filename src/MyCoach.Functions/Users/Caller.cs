namespace MyCoach.Users;

/// <summary>Who the authenticated principal is: a user, or a service that acts for the user it names (null: it named none).</summary>
internal sealed record Caller(UserId? User, bool IsService);
