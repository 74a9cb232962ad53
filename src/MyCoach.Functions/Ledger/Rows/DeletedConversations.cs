using Azure.Data.Tables;

namespace MyCoach.Ledger;

/// <summary>
/// A user's deleted conversations whose rows are not all cleared yet, each with its current generation.
/// </summary>
internal sealed class DeletedConversations(IReadOnlyDictionary<string, long> generations)
{
    public static readonly DeletedConversations None = new(new Dictionary<string, long>());

    public long GenerationOf(string conversationId) => generations.GetValueOrDefault(conversationId);

    /// <summary>
    /// Whether a row with this conversation and generation was written before the conversation was deleted.
    /// </summary>
    public bool Covers(string? conversationId, long generation) =>
        conversationId is not null && generation < GenerationOf(conversationId);

    /// <summary>Whether this event or row of totals belongs to a deleted conversation.</summary>
    public bool Covers(TableEntity row) =>
        MonthRows.IsEvent(row.RowKey)
            ? Covers(row.GetString(MonthRows.ConversationId), EventRow.Read(row).ConversationGeneration)
            : MonthRows.IsConversation(row.RowKey)
                && Covers(MonthRows.ConversationOf(row.RowKey), TotalsRow.Read(row).Generation);

    /// <summary>
    /// Removes the id of a deleted conversation from an event's row.
    /// Returns false if the row holds the totals of a deleted conversation, which are hidden.
    /// </summary>
    public bool TryShow(TableEntity row)
    {
        if (!Covers(row))
        {
            return true;
        }
        if (MonthRows.IsConversation(row.RowKey))
        {
            return false;
        }
        row[MonthRows.ConversationId] = null;
        return true;
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
