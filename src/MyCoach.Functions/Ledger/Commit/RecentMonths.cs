using System.Collections.Concurrent;

namespace MyCoach.Ledger;

/// <summary>The ledger of a month and rows of totals, as they were read or as a commit left them.</summary>
internal sealed record MonthSnapshot(MonthLedger? Ledger, IReadOnlyDictionary<string, TotalsRow> Totals)
{
    public static readonly MonthSnapshot None = new(null, new Dictionary<string, TotalsRow>());
}

/// <summary>
/// What this process's last commits left of a month, so that the next one need not read it. Where others changed it since, the ETags refuse that commit and
/// everything is read: a month that several instances write to is not remembered for a while.
/// </summary>
internal sealed class RecentMonths(TimeProvider clock)
{
    private const int MostMonths = 2_000;
    private const int MostTotals = 200;
    private static readonly TimeSpan Contention = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, MonthSnapshot> left = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (long At, int Losses)> contended = new(StringComparer.Ordinal);

    /// <summary>What is remembered, which serves once.</summary>
    public MonthSnapshot Take(string partition) => left.TryRemove(partition, out var rows) ? rows : MonthSnapshot.None;

    public void Remember(string partition, MonthSnapshot rows)
    {
        if (contended.TryGetValue(partition, out var last))
        {
            if (clock.GetElapsedTime(last.At) < Contention)
            {
                contended[partition] = last with { Losses = 0 };
                return;
            }
            contended.TryRemove(partition, out _);
        }
        Bound(left);
        left[partition] = rows.Totals.Count <= MostTotals ? rows : rows with { Totals = MonthSnapshot.None.Totals };
    }

    /// <summary>Notes that somebody else changed the month.</summary>
    public void Contend(string partition)
    {
        Bound(contended);
        contended[partition] = (clock.GetTimestamp(), LossesOf(partition) + 1);
    }

    /// <summary>How many commits in a row were lost to others.</summary>
    public int LossesOf(string partition) => contended.GetValueOrDefault(partition).Losses;

    private static void Bound<T>(ConcurrentDictionary<string, T> remembered)
    {
        if (remembered.Count >= MostMonths)
        {
            remembered.Clear();
        }
    }
}
