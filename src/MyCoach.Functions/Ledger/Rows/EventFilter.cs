using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>Which events of a month a caller wants to see; null is every one.</summary>
internal sealed record EventFilter(Month Month, string? Provider = null, string? Model = null, ConversationFilter? Conversation = null);

/// <param name="Generation">The earliest that is wanted; earlier ones were deleted.</param>
internal sealed record ConversationFilter(string Id, long Generation);
