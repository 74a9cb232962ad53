namespace MyCoach.ProviderKeys;

/// <summary>The outcome of a request to change a key.</summary>
internal enum KeyOutcome
{
    Created,
    Replaced,
    Deleted,
    NotFound,

    /// <summary>The provider rejected the key, so nothing was stored.</summary>
    Rejected,

    /// <summary>The stored key does not match the caller's <c>If-Match</c>.</summary>
    Changed,
}
