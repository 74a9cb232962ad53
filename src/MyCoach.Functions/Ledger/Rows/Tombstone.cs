using Azure;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Marks a conversation as deleted: its events with an earlier generation are no longer part of it.</summary>
/// <param name="IsCleared">Whether its rows were cleared once since the deletion. Clearing them a second time deletes
/// the tombstone.</param>
internal sealed record Tombstone(
    UserId User,
    string ConversationId,
    long Generation,
    DateTimeOffset DeletedAt,
    bool IsCleared,
    ETag? ETag
);
