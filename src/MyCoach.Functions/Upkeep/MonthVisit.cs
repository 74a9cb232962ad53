using MyCoach.Alerts;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>
/// Does the work in a user-month that no call does: completes an interrupted change of settings, expires reservations,
/// records thresholds and delivers alerts.
/// </summary>
internal sealed class MonthVisit(
    MonthTable table,
    FindBudgetTerms findTerms,
    BudgetSync budget,
    MonthQueue months,
    AlertOutbox outbox,
    ReservationExpiry expiry,
    ChangedMonthsTable changed,
    TimeProvider clock
)
{
    public async Task<bool> RunAsync(UserId user, Month month, CancellationToken cancellation)
    {
        var ledger = await table.FindLedgerAsync(user, month, cancellation);
        if (
            month.End > clock.GetUtcNow()
            && await findTerms(user, cancellation) is var terms
            && terms.Version > (ledger?.SettingsVersion ?? 0)
        )
        {
            // A crash interrupted a change of settings before it reached the ledger.
            await budget.ApplyAsync(user, month, terms, cancellation);
            ledger = await table.FindLedgerAsync(user, month, cancellation);
        }
        var hasOpenReservations = ledger is { Reservations: > 0 } && await expiry.RunAsync(user, month, cancellation);
        if (ledger is not null && new BudgetStatus(ledger).Unrecorded.Any())
        {
            await months.RunAsync([new CheckThresholds(user, month)], cancellation);
        }
        if (await outbox.DeliverAsync(user, month, cancellation) || hasOpenReservations)
        {
            // The month must be visited again, even if nothing changes until then.
            await changed.NoteAsync(user, month, cancellation);
        }
        return true;
    }
}
