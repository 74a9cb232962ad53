using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Fairness between instances. An instance that commits back to back would win every race until the others give up. An
/// instance that has lost twice therefore merges its name into the ledger without a condition, which cannot fail. The
/// winner's next commit fails on the changed ETag. It reads the name and lets the other instance go first.
/// </summary>
internal sealed class LedgerTurn(MonthTable table)
{
    private const int LossesBeforeRequest = 2;

    // About as long as one read and one commit take.
    private const int MinPauseMs = 50;
    private const int MaxPauseMs = 150;

    // About two seconds, because pauses grow. The limit is needed because the other instance may have died.
    private const int MaxPauses = 6;

    private readonly string instance = Guid.NewGuid().ToString("N");

    /// <summary>
    /// Call this before an attempt. After repeated losses it requests the turn, or pauses if another instance has
    /// requested it.
    /// </summary>
    public async Task RequestIfLosingAsync(UserId user, Month month, int losses)
    {
        if (
            losses < LossesBeforeRequest
            || await table.FindLedgerAsync(user, month, CancellationToken.None) is not { } ledger
        )
        {
            return;
        }
        if (BelongsToOther(ledger))
        {
            await PauseAsync(1);
        }
        else
        {
            await table.RequestTurnAsync(user, month, instance, CancellationToken.None);
        }
    }

    /// <summary>
    /// Waits while the turn belongs to another instance, reading the rows again each time. Returns the rows last read.
    /// </summary>
    public async Task<MonthSnapshot> WaitForOtherAsync(MonthSnapshot rows, Func<Task<MonthSnapshot>> readAgain)
    {
        for (var pauses = 0; pauses < MaxPauses && BelongsToOther(rows.Ledger!); pauses++)
        {
            await PauseAsync(1 << Math.Min(pauses, 2));
            rows = await readAgain();
        }
        return rows;
    }

    private bool BelongsToOther(MonthLedger ledger) => ledger.Turn is { } turn && turn != instance;

    private static Task PauseAsync(int times) => Task.Delay(times * Random.Shared.Next(MinPauseMs, MaxPauseMs));
}
