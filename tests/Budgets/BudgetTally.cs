using MyCoach.Storage;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>What happened in the schedules that were run, to show that each case occurred.</summary>
internal sealed record BudgetTally
{
    private int schedules;
    private int admitted;
    private int refused;
    private int refusedByToken;
    private int lost;
    private int late;
    private int expired;
    private int lowered;
    private int repeated;
    private int exhausted;

    public int Schedules => schedules;

    public void Ran() => Interlocked.Increment(ref schedules);

    public void Admitted() => Interlocked.Increment(ref admitted);

    public void Refused(bool byToken)
    {
        Interlocked.Increment(ref refused);
        Interlocked.Add(ref refusedByToken, byToken ? 1 : 0);
    }

    /// <summary>An admission failed because of the storage.</summary>
    public void Lost(Exception fault)
    {
        Interlocked.Increment(ref lost);
        CountExhausted(fault);
    }

    /// <summary>A call was settled after its reservation had expired.</summary>
    public void Late() => Interlocked.Increment(ref late);

    public void Expired(int count) => Interlocked.Add(ref expired, count);

    /// <summary>A budget came into force that was less than what was spent and reserved.</summary>
    public void Lowered() => Interlocked.Increment(ref lowered);

    /// <summary>
    /// Repeats work as the program does for as long as it runs: the result must not depend on how often the storage
    /// fails, only on the storage working again.
    /// </summary>
    public async Task<T> RepeatAsync<T>(Func<Task<T>> work)
    {
        for (
            var started = TimeProvider.System.GetTimestamp();
            ;
            await Task.Delay(50, TestContext.Current.CancellationToken)
        )
        {
            try
            {
                return await work();
            }
            catch (Exception fault)
                when (StorageFaults.IsUnavailable(fault)
                    && TimeProvider.System.GetElapsedTime(started) < Eventually.HangLimit
                )
            {
                // A settlement, a visit or a change failed because of the storage and is tried again.
                Interlocked.Increment(ref repeated);
                CountExhausted(fault);
            }
        }
    }

    public void AssertThatAllOfItHappened()
    {
        Assert.InRange(admitted, 180, int.MaxValue);
        Assert.InRange(refused, 108, int.MaxValue);
        Assert.InRange(refusedByToken, 12, int.MaxValue);
        Assert.InRange(lost, 2, int.MaxValue);
        Assert.InRange(late, 10, int.MaxValue);
        Assert.InRange(expired, 28, int.MaxValue);
        Assert.InRange(lowered, 10, int.MaxValue);
        Assert.InRange(repeated, 3, int.MaxValue);
        Assert.InRange(exhausted, 2, int.MaxValue);
    }

    public override string ToString() =>
        $"{Schedules} schedules: {admitted} admitted, {refused} refused, {refusedByToken} by the token, {lost} lost, {expired} expired, {late} settled late, {lowered} lowered, {repeated} repeated, {exhausted} exhausted";

    // A transaction failed at every attempt.
    private void CountExhausted(Exception fault) => Interlocked.Add(ref exhausted, fault is RowBusyException ? 1 : 0);
}
