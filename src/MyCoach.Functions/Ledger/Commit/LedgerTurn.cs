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
    /// <summary>
    /// How often an instance lets another go first before it continues. The limit is needed because the other may have
    /// died.
    /// </summary>
    public const int MaxPauses = 5;

    private const int LossesBeforeRequest = 2;

    // About as long as one read and one commit take.
    private const int MinPauseMs = 50;
    private const int MaxPauseMs = 150;

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
            await PauseAsync();
        }
        else
        {
            await table.RequestTurnAsync(user, month, instance, CancellationToken.None);
        }
    }

    public bool BelongsToOther(MonthLedger ledger) => ledger.Turn is { } turn && turn != instance;

    public static Task PauseAsync() => Task.Delay(Random.Shared.Next(MinPauseMs, MaxPauseMs));
}
