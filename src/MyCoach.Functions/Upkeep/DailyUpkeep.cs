using MyCoach.Alerts;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>
/// Does the daily work in a changed user-month: expires the reservations that no visit has expired, raises alerts
/// for retiring models, and recounts. If the clocks of two instances differ much, the faster one can remove the note of a
/// visit that a call of the slower one still relies on. If that instance is then killed, only this work finds the
/// reservation.
/// </summary>
internal sealed class DailyUpkeep(
    MonthTable table,
    ReservationExpiry expiry,
    RetirementCheck retirements,
    LedgerRecount recount,
    ChangedMonthsTable changed,
    TimeProvider clock
)
{
    // The work of a month's last day is done on the first day of the next month.
    private static readonly TimeSpan MonthEndLag = TimeSpan.FromDays(1);

    /// <summary>False if the month must be recounted at the next run.</summary>
    public async Task<bool> TryRunAsync(UserId user, Month month, CancellationToken cancellation)
    {
        if (
            await table.FindLedgerAsync(user, month, cancellation) is { Reservations: > 0 }
            && await expiry.RunAsync(user, month, cancellation)
        )
        {
            await changed.NoteAsync(user, month, cancellation);
        }
        if (clock.GetUtcNow() < month.End + MonthEndLag)
        {
            await retirements.RunAsync(user, cancellation);
        }
        return await recount.TryRunAsync(user, month, cancellation);
    }
}
