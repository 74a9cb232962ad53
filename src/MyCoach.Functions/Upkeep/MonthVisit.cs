using MyCoach.Alerts;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>
/// Sees to what no call does in a user-month: a change of settings that was cut off, reservations that were left behind, thresholds, and what is still to
/// be delivered.
/// </summary>
internal sealed class MonthVisit(
    MonthTable table,
    FindBudgetTerms findTerms,
    BudgetSync budget,
    MonthQueue months,
    AlertOutbox outbox,
    ChangedMonthsTable changed,
    UpkeepMetrics metrics,
    TimeProvider clock
)
{
    public async Task<bool> RunAsync(UserId user, Month month, CancellationToken cancellation)
    {
        var ledger = await table.FindLedgerAsync(user, month, cancellation);
        if (month.End > clock.GetUtcNow() && await findTerms(user, cancellation) is var wanted && wanted.Version > (ledger?.SettingsVersion ?? 0))
        {
            // A change of settings that was cut off before it reached the ledger.
            await budget.ApplyAsync(user, month, wanted, cancellation);
            ledger = await table.FindLedgerAsync(user, month, cancellation);
        }
        if (ledger is null)
        {
            return true;
        }
        var isOpen = ledger.Reservations > 0 && await SweepAsync(user, month, cancellation);
        if (new BudgetStatus(ledger).Unrecorded.Any())
        {
            await months.RunAsync([new CheckThresholds(user, month)], cancellation);
        }
        if (await outbox.DeliverAsync(user, month, cancellation) || isOpen)
        {
            // It is to be looked at again, whether or not anything changes by then.
            await changed.NoteAsync(user, month, cancellation);
        }
        return true;
    }

    /// <summary>Charges the reservations that have expired; true where others are under way.</summary>
    private async Task<bool> SweepAsync(UserId user, Month month, CancellationToken cancellation)
    {
        var open = await table.ReservationsAsync(user, month, cancellation).ToListAsync(cancellation);
        var expired = open.Where(reservation => reservation.HasExpired(clock.GetUtcNow())).ToArray();
        await months.RunAsync([.. expired.Select(reservation => new ExpireReservation(user, reservation))], cancellation);
        metrics.Expired(expired.Length);
        return expired.Length < open.Count;
    }
}
