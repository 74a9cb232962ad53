namespace MyCoach.Catalogue;

/// <summary>What one model did for a call that several had a part in.</summary>
/// <param name="CacheWrite1h">Of the cache writes, those kept for an hour.</param>
internal sealed record CallPart(string Model, TokenCounts Tokens, long CacheWrite1h)
{
    public static readonly CallPart None = new("", default, 0);

    public static CallPart operator +(CallPart left, CallPart right) =>
        new(right.Model, left.Tokens + right.Tokens, left.CacheWrite1h + right.CacheWrite1h);
}
