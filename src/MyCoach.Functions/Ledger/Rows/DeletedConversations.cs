using Azure.Data.Tables;

namespace MyCoach.Ledger;

/// <summary>
/// A user's deleted conversations whose rows are not all cleared yet, each with its current generation.
/// </summary>
internal sealed class DeletedConversations(IReadOnlyDictionary<string, long> generations)
{
    public long GenerationOf(string conversationId) => generations.GetValueOrDefault(conversationId);

    /// <summary>
    /// Whether a row with this conversation and generation was written before the conversation was deleted.
    /// </summary>
    public bool Covers(string? conversationId, long generation) =>
        conversationId is not null && generation < GenerationOf(conversationId);

    /// <summary>
    /// Removes the id of a deleted conversation from an event's row.
    /// Returns false if the row holds the totals of a deleted conversation, which are hidden.
    /// </summary>
    public bool TryShow(TableEntity row)
    {
        if (
            MonthRows.IsEvent(row.RowKey)
            && Covers(row.GetString(MonthRows.ConversationId), EventRow.Read(row).ConversationGeneration)
        )
        {
            row[MonthRows.ConversationId] = null;
        }
        return !MonthRows.IsConversation(row.RowKey)
            || !Covers(MonthRows.ConversationOf(row.RowKey), TotalsRow.Read(row).Generation);
    }

    /// <summary>The event as callers may see it: without the id of a deleted conversation.</summary>
    public UsageEvent HideFrom(UsageEvent usageEvent) =>
        Covers(usageEvent.ConversationId, usageEvent.ConversationGeneration)
            ? usageEvent with
            {
                ConversationId = null,
            }
            : usageEvent;
}
