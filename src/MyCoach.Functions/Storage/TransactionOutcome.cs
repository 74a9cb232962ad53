namespace MyCoach.Storage;

/// <summary>What is known about a transaction after it was sent.</summary>
internal enum TransactionOutcome
{
    Committed,

    /// <summary>This attempt wrote nothing: a row was missing, or has changed since it was read.</summary>
    Conflict,

    /// <summary>This attempt wrote nothing: a row to insert already existed.</summary>
    Exists,

    /// <summary>The answer was lost. Look for the commit id before sending anything again.</summary>
    Unknown,
}
