using Microsoft.AspNetCore.Mvc;
using MyCoach.Users;

namespace MyCoach.Conversations;

/// <summary>A request that deletes a conversation, with the services that do it.</summary>
// FromServices on the properties: see ProviderKeyRequest.
internal readonly record struct ConversationRequest(
    [property: FromServices] ConversationDeletion Deletion,
    [property: FromServices] ActivityTable Log,
    Actor Actor,
    HttpContext Context
);
