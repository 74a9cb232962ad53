using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Conversations;

/// <summary>A request that deletes a conversation, with the services that do it.</summary>
internal readonly record struct ConversationRequest(
    TombstonesTable Table,
    ActivityTable Log,
    Actor Actor,
    HttpContext Context
);
