using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>Selects the events of a month. A null member selects every event.</summary>
internal sealed record EventFilter(Month Month, string? Provider = null, string? Model = null, ConversationFilter? Conversation = null);

/// <param name="Generation">The lowest generation to include. Earlier ones were deleted.</param>
internal sealed record ConversationFilter(string Id, long Generation);
