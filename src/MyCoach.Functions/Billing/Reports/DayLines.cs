using System.Text.Json;
using MyCoach.Ledger;

namespace MyCoach.Billing;

/// <summary>Collects the lines of several reports by day. A bucket that comes twice counts as it came last.</summary>
internal sealed class DayLines<TLine>(Period days)
{
    private readonly Dictionary<(DateOnly Day, string Report), IReadOnlyList<TLine>> lines = [];

    public async Task AddAsync(
        IAsyncEnumerable<(DateOnly Day, JsonElement Bucket)> buckets,
        Func<JsonElement, IEnumerable<TLine>> linesOf,
        string report
    )
    {
        await foreach (var (day, bucket) in buckets)
        {
            if (day >= days.First && day <= days.Last)
            {
                lines[(day, report)] = Read(bucket, linesOf);
            }
        }
    }

    public IReadOnlyList<TLine> Of(DateOnly day) =>
        [.. lines.Where(report => report.Key.Day == day).SelectMany(report => report.Value)];

    private static List<TLine> Read(JsonElement bucket, Func<JsonElement, IEnumerable<TLine>> linesOf)
    {
        try
        {
            return [.. bucket.Items("results").SelectMany(linesOf)];
        }
        catch (Exception fault)
            when (fault is InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            throw BillingFaultException.Unreadable(fault);
        }
    }
}
