namespace MyCoach.Http;

/// <summary>The user's requests hold all the memory that they may. Becomes 429.</summary>
internal sealed class MemoryExhaustedException() : Exception("Requests hold all memory reserved for them.")
{
    public const string Text =
        "Your requests under way hold all the memory that they may. Retry when some of them have ended.";

    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
}
