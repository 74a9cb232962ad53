using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Fairness between instances. One that commits back to back would win every race, and the others would give up. Whoever lost twice puts its name into the
/// ledger without a condition, which cannot lose: the winner's next commit fails on the changed ETag, it reads the name, and lets the other go first.
/// </summary>
internal sealed class LedgerTurn(MonthTable table)
{
    /// <summary>How often an instance lets another go first before it goes on itself: the other may have died.</summary>
    public const int MostPauses = 5;

    private const int LossesBeforeAsking = 2;

    // About as long as a reading and a commit take.
    private const int LeastPauseMs = 50;
    private const int MostPauseMs = 150;

    private readonly string instance = Guid.NewGuid().ToString("N");

    /// <summary>To be called before an attempt: asks for the turn where the ones before were lost, unless another instance was faster to ask.</summary>
    public async Task TakeAsync(UserId user, Month month, int losses)
    {
        if (losses < LossesBeforeAsking || await table.FindLedgerAsync(user, month, CancellationToken.None) is not { } ledger)
        {
            return;
        }
        await (IsOthers(ledger) ? LetGoAsync() : table.AskForTurnAsync(user, month, instance, CancellationToken.None));
    }

    public bool IsOthers(MonthLedger ledger) => ledger.Turn is { } turn && turn != instance;

    public static Task LetGoAsync() => Task.Delay(Random.Shared.Next(LeastPauseMs, MostPauseMs));
}
