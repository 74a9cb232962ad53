using Azure;
using MyCoach.Users;

namespace MyCoach.Auth;

/// <summary>
/// A token that a user made for a program, such as an agent or an SDK. It reaches only what its scopes name.
/// </summary>
/// <param name="User">Whose token it is.</param>
/// <param name="Id">Unique among the user's tokens.</param>
/// <param name="AgentId">The agent of all its calls; null if the calls say it.</param>
/// <param name="ConversationId">The conversation of all its calls; null if the calls say it.</param>
/// <param name="Models">The models that its calls may use; empty for all.</param>
/// <param name="ExpiresAt">Null if it does not expire.</param>
internal sealed record UserToken(
    UserId User,
    string Id,
    string Name,
    IReadOnlyList<string> Scopes,
    string? AgentId,
    string? ConversationId,
    IReadOnlyList<string> Models,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt
)
{
    /// <summary>In US cents; null if only the user's budget limits its calls.</summary>
    public long? MonthlyBudgetCents { get; init; }

    /// <summary>The secret as it may be shown: its last four characters.</summary>
    public required string Hint { get; init; }

    /// <summary>The SHA-256 of the secret, in hex.</summary>
    public required string Hash { get; init; }

    /// <summary>The hash of the secret before the last rotation; null if there was none.</summary>
    public string? PreviousHash { get; init; }

    /// <summary>Until when the secret before the last rotation is valid; null if there was none.</summary>
    public DateTimeOffset? PreviousUntil { get; init; }

    /// <summary>The last day, in UTC, on which it was used; null if it was never used.</summary>
    public DateOnly? LastUsedOn { get; init; }

    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }

    public bool HasExpired(DateTimeOffset now) => now >= ExpiresAt;

    /// <summary>The token with another secret. The present one stays valid until then.</summary>
    public UserToken Rotate(TokenText text, DateTimeOffset previousUntil) =>
        // It has the secret already if the answer of an earlier attempt was lost.
        Hash == text.Hash
            ? this
            : this with
            {
                Hash = text.Hash,
                Hint = text.Hint,
                PreviousHash = Hash,
                PreviousUntil = previousUntil,
            };

    /// <summary>Whether the text has its secret, or the one before while that is valid.</summary>
    public bool Accepts(TokenText text, DateTimeOffset now) =>
        text.HasHash(Hash) | (text.HasHash(PreviousHash ?? Hash) && (PreviousHash is null || now < PreviousUntil));
}
