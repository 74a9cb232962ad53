using MyCoach.Storage;

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

    // Longer than any two attempts take, however slow the storage is.
    private static readonly TimeSpan LossTime = TimeSpan.FromMinutes(10);

    private readonly ExpiringMap<string, MonthSnapshot> snapshots = new(clock, TimeSpan.FromHours(1), MaxMonths);

    // Months that other instances also change.
    private readonly ExpiringMap<string, bool> contended = new(clock, ContentionTime, MaxMonths);

    // How many commits in a row this process has lost, by month.
    private readonly ExpiringMap<string, int> losses = new(clock, LossTime, MaxMonths);

    /// <summary>Returns and forgets what is remembered, because the next commit changes it.</summary>
    public MonthSnapshot Take(string partition) =>
        snapshots.TryRemove(partition, out var rows) ? rows : MonthSnapshot.None;

    public void Remember(string partition, MonthSnapshot rows)
    {
        losses.Remove(partition);
        if (!contended.TryGet(partition, out _))
        {
            snapshots.Set(
                partition,
                rows.Totals.Count <= MaxTotals ? rows : rows with { Totals = MonthSnapshot.None.Totals }
            );
        }
    }

    /// <summary>Records that another instance changed the month and this process lost a commit.</summary>
    public void RecordLoss(string partition)
    {
        losses.Set(partition, LossesOf(partition) + 1);
        contended.Set(partition, true);
    }

    /// <summary>How many commits in a row this process has lost to other instances.</summary>
    public int LossesOf(string partition) => losses.TryGet(partition, out var count) ? count : 0;
}
