namespace MyCoach.Catalogue;

/// <summary>The tokens of one call. <see cref="Input"/> includes cached reads and cache writes.</summary>
internal readonly record struct TokenCounts(long Input, long Output, long CachedInput, long CacheWrite)
{
    public static TokenCounts operator +(TokenCounts left, TokenCounts right) =>
        checked(
            new(
                left.Input + right.Input,
                left.Output + right.Output,
                left.CachedInput + right.CachedInput,
                left.CacheWrite + right.CacheWrite
            )
        );

    public static TokenCounts operator -(TokenCounts left, TokenCounts right) =>
        checked(
            new(
                left.Input - right.Input,
                left.Output - right.Output,
                left.CachedInput - right.CachedInput,
                left.CacheWrite - right.CacheWrite
            )
        );
}
