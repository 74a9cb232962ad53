namespace MyCoach.Catalogue;

/// <summary>The share of one model in a call that several models served.</summary>
/// <param name="CacheWrite1h">How many of the cache-write tokens are kept for an hour.</param>
internal sealed record CallPart(string Model, TokenCounts Tokens, long CacheWrite1h)
{
    public static readonly CallPart None = new("", default, 0);

    public static CallPart operator +(CallPart left, CallPart right) =>
        new(right.Model, left.Tokens + right.Tokens, left.CacheWrite1h + right.CacheWrite1h);
}
