namespace MyCoach.Catalogue;

/// <summary>The share of one model in a call that several models served.</summary>
/// <param name="CacheWrite1h">How many of the cache-write tokens are kept for an hour.</param>
internal sealed record CallPart(string Model, TokenCounts Tokens, long CacheWrite1h)
{
    public static readonly CallPart None = new("", default, 0);

    /// <summary>Whether the model refused before any output, so that the provider may not charge this share.</summary>
    public bool IsRefused { get; init; }

    public static CallPart operator +(CallPart left, CallPart right) =>
        right with
        {
            Tokens = left.Tokens + right.Tokens,
            CacheWrite1h = left.CacheWrite1h + right.CacheWrite1h,
        };
}
