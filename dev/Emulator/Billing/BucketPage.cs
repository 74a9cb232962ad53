using System.Globalization;
using System.Text;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>A width of time buckets, and how many of them a page holds.</summary>
internal sealed record BucketWidth(string Name, TimeSpan Length, int DefaultLimit, int MaxLimit)
{
    public static readonly IReadOnlyList<BucketWidth> OfUsage =
    [
        new("1d", TimeSpan.FromDays(1), 7, 31),
        new("1h", TimeSpan.FromHours(1), 24, 168),
        new("1m", TimeSpan.FromMinutes(1), 60, 1440),
    ];

    public static readonly IReadOnlyList<BucketWidth> OfAnthropicCosts = [new("1d", TimeSpan.FromDays(1), 7, 31)];

    public static readonly IReadOnlyList<BucketWidth> OfOpenAiCosts = [new("1d", TimeSpan.FromDays(1), 7, 180)];

    /// <summary>The start of the bucket of a time.</summary>
    public DateTimeOffset Floor(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % Length.Ticks), TimeSpan.Zero);
}

/// <summary>What a report is asked for.</summary>
internal sealed record ReportRequest(
    DateTimeOffset Start,
    DateTimeOffset End,
    BucketWidth Width,
    int Limit,
    string? Page,
    IReadOnlyList<string> Groups
);

internal sealed record Bucket(DateTimeOffset Start, DateTimeOffset End);

/// <summary>A page of time buckets, which begin and end at whole days, hours or minutes of UTC.</summary>
internal sealed record BucketPage(IReadOnlyList<Bucket> Buckets, string? Next)
{
    private const string TokenPrefix = "page_";

    public DateTimeOffset Start => Buckets.Count == 0 ? default : Buckets[0].Start;

    public DateTimeOffset End => Buckets.Count == 0 ? default : Buckets[^1].End;

    /// <summary>Null if no earlier page named this one.</summary>
    public static BucketPage? Of(ReportRequest request, BillingBook book)
    {
        var length = request.Width.Length;
        var first = request.Width.Floor(request.Start);
        if (request.Page is not null)
        {
            if (StartIn(request.Page) is not { } next)
                return null;
            first = book.TakeRepeatedPage() ? next - length : next;
        }
        var buckets = new List<Bucket>();
        for (var start = first; start < request.End && buckets.Count < request.Limit; start += length)
            buckets.Add(new Bucket(start, start + length));
        var end = first + (length * buckets.Count);
        return new BucketPage(buckets, buckets.Count > 0 && end < request.End ? Token(end) : null);
    }

    private static string Token(DateTimeOffset start) =>
        TokenPrefix
        + Convert.ToBase64String(
            Encoding.ASCII.GetBytes(start.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture))
        );

    private static DateTimeOffset? StartIn(string token)
    {
        var bytes = new byte[token.Length];
        return
            token.StartsWith(TokenPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(token[TokenPrefix.Length..], bytes, out var length)
            && long.TryParse(bytes.AsSpan(0, length), CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0 and <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
    }
}
