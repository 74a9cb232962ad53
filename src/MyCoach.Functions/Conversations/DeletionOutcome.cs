namespace MyCoach.Conversations;

internal enum DeletionOutcome
{
    Deleted,

    /// <summary>No event has the conversation's id, so there is nothing to delete.</summary>
    NotUsed,

    /// <summary>The user already has the maximum number of deleted conversations that wait to be cleared.</summary>
    TooMany,
}
