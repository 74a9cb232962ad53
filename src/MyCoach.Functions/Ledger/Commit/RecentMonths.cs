using System.Collections.Concurrent;

namespace MyCoach.Ledger;

/// <summary>
/// Remembers the rows that this process's last commits left, so that the next commit need not read them. If another
/// instance has changed them, the ETags refuse that commit and everything is read again. A month that several instances
/// write to is not remembered for some seconds.
/// </summary>
internal sealed class RecentMonths(TimeProvider clock)
{
    private const int MaxMonths = 2_000;
    private const int MaxTotals = 200;
    private static readonly TimeSpan ContentionTime = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, MonthSnapshot> snapshots = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (long At, int Losses)> contended = new(StringComparer.Ordinal);

    /// <summary>Returns and forgets what is remembered, because the next commit changes it.</summary>
    public MonthSnapshot Take(string partition) =>
        snapshots.TryRemove(partition, out var rows) ? rows : MonthSnapshot.None;

    public void Remember(string partition, MonthSnapshot rows)
    {
        if (contended.TryGetValue(partition, out var last))
        {
            if (clock.GetElapsedTime(last.At) < ContentionTime)
            {
                contended[partition] = last with { Losses = 0 };
                return;
            }
            contended.TryRemove(partition, out _);
        }
        LimitSize(snapshots);
        snapshots[partition] = rows.Totals.Count <= MaxTotals ? rows : rows with { Totals = MonthSnapshot.None.Totals };
    }

    /// <summary>Records that another instance changed the month and this process lost a commit.</summary>
    public void RecordLoss(string partition)
    {
        LimitSize(contended);
        contended[partition] = (clock.GetTimestamp(), LossesOf(partition) + 1);
    }

    /// <summary>How many commits in a row this process has lost to other instances.</summary>
    public int LossesOf(string partition) => contended.GetValueOrDefault(partition).Losses;

    private static void LimitSize<T>(ConcurrentDictionary<string, T> remembered)
    {
        if (remembered.Count >= MaxMonths)
        {
            remembered.Clear();
        }
    }
}
